package dev.penstock.hardware.health;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A row of a catalogue: something a driver, a kernel or FFmpeg says, and what follows from it. */
public sealed interface Entry {
  /** Unique within its catalogue. */
  String id();

  /** What it is, in a few words. */
  String title();

  /** What it means for encoding. */
  String means();

  Severity severity();

  Lost lost();

  /** Names of rows of {@code actions.json}, the first to try first. */
  List<String> actions();

  /** Names of checks of {@code penstock doctor} that confirm it. */
  List<String> checks();

  /** Where it comes from: names of the file's own {@code sources}. */
  List<String> sources();

  /** Who is to do something about an error of an interface. */
  enum Kind {
    /** Whoever asked: it is impossible on any device of the kind. */
    REQUEST,
    /** Nobody: something is full, later it works. */
    CAPACITY,
    /** Whoever runs the machine: it is not set up for it. */
    HOST,
    /** The device failed. */
    DEVICE,
    /** The input is damaged. */
    INPUT,
    /** It is no error. */
    NORMAL
  }

  /**
   * A code of NVIDIA's driver.
   *
   * @param causes what NVIDIA holds possible
   * @param immediate NVIDIA's first action, empty where it has none
   * @param investigatory NVIDIA's second action, empty where it has none
   */
  record Xid(
      int xid,
      String name,
      String mnemonic,
      List<String> causes,
      @Nullable String immediate,
      @Nullable String investigatory,
      Severity severity,
      Lost lost,
      String means,
      List<String> actions,
      List<String> checks,
      List<String> sources)
      implements Entry {
    @Override
    public String id() {
      return "xid " + xid;
    }

    @Override
    public String title() {
      return "Xid " + xid + ": " + name;
    }

    /** The same with another weight: the code alone does not always say how bad it is. */
    Xid weighing(Severity other, Lost sessions) {
      return new Xid(
          xid,
          name,
          mnemonic,
          causes,
          immediate,
          investigatory,
          other,
          sessions,
          means,
          actions,
          checks,
          sources);
    }
  }

  /**
   * Another message of the kernel.
   *
   * @param prefix names the pattern that comes before it
   * @param pattern what the whole message matches
   * @param captured whether a real line is among the tests; others may not drive an action
   * @param repairs what was done, where the message says that something was
   */
  record KernelMessage(
      String id,
      String prefix,
      String pattern,
      String name,
      Severity severity,
      Lost lost,
      String means,
      List<String> actions,
      List<String> checks,
      List<String> sources,
      boolean captured,
      Repair.@Nullable Kind repairs)
      implements Entry {
    @Override
    public String title() {
      return name;
    }
  }

  /**
   * What FFmpeg or a driver's interface says.
   *
   * @param api whose words these are
   * @param pattern is found in a line
   * @param trailer whether it only reports that something failed before it
   */
  record Message(
      String id,
      String api,
      Kind kind,
      Severity severity,
      Lost lost,
      Pattern pattern,
      String title,
      String means,
      List<String> actions,
      List<String> checks,
      List<String> sources,
      boolean trailer)
      implements Entry {
    @Override
    public String title() {
      return api + ": " + title;
    }
  }

  /** A status of an interface, by name and value. */
  record Status(
      String api,
      String name,
      long value,
      Kind kind,
      Severity severity,
      Lost lost,
      String title,
      String means,
      List<String> actions,
      List<String> checks,
      List<String> sources)
      implements Entry {
    @Override
    public String id() {
      return name;
    }

    @Override
    public String title() {
      return name + " (" + value + "): " + title;
    }
  }

  /** An exit code of a program. */
  record Exit(
      int code,
      String name,
      Kind kind,
      Severity severity,
      Lost lost,
      String means,
      List<String> actions,
      List<String> checks,
      List<String> sources)
      implements Entry {
    @Override
    public String id() {
      return "exit " + code;
    }

    @Override
    public String title() {
      return "exit code " + code + ": " + name;
    }
  }

  /**
   * A question that administrators ask.
   *
   * @param question in their words
   * @param match sets of words; a question with all words of one set is this one
   * @param answer paragraphs
   */
  record Question(
      String id,
      String question,
      List<String> match,
      List<String> answer,
      List<String> actions,
      List<String> checks,
      List<String> sources)
      implements Entry {
    @Override
    public String title() {
      return question;
    }

    @Override
    public String means() {
      return String.join("\n\n", answer);
    }

    @Override
    public Severity severity() {
      return Severity.INFO;
    }

    @Override
    public Lost lost() {
      return Lost.NOTHING;
    }
  }

  /** NVIDIA's two actions as one clause, where it has any. */
  static Optional<String> vendorAction(Xid xid) {
    if (xid.immediate() == null) {
      return Optional.empty();
    }
    return Optional.of(
        xid.investigatory() == null
            ? xid.immediate()
            : xid.immediate() + ", then " + xid.investigatory());
  }
}
