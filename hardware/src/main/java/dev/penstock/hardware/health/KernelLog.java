package dev.penstock.hardware.health;

import dev.penstock.hardware.PciAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds events in the lines of a kernel log, in their order. Not for several threads.
 *
 * <p>Messages are matched from their first character: what a program wrote, or how it is called,
 * stands inside a message and can begin none. Numbers are read where the driver's format has them
 * (NVIDIA open-gpu-kernel-modules, kernel_rc.c), never in the rest of the line.
 */
public final class KernelLog {
  private static final Pattern XID =
      Pattern.compile(
          "NVRM: Xid \\((?:PCI:)?((?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2})(?:\\.[0-7])?"
              + "( GPU-I:\\d+(?: GPU-CI:\\d+)?)?\\): (\\d{1,4})(?:,\\s*(.*))?");
  private static final Pattern XID_BODY =
      Pattern.compile(
          "(?:pid=(?:'<unknown>'|<unknown>|(\\d{1,9})),?\\s*)?(?:name=(.*?)(?:,\\s+|$))?(.*?)"
              + "(?: caused by previous Xid (\\d{1,4}))?");
  private static final Pattern UUID =
      Pattern.compile("NVRM: GPU at PCI:([0-9a-fA-F:]{10,16}): (GPU-[0-9a-f-]{36})");
  private static final Pattern ENGINE = Pattern.compile("MMU Fault: ENGINE (\\w+) .*");
  private static final Pattern RECOVERY =
      Pattern.compile("GPU recovery action changed from 0x(\\w+) \\(.*?\\) to 0x(\\w+) \\(.*");
  private static final Pattern NVLINK_FATAL = Pattern.compile("\\w+ (Fatal|Nonfatal) .*");
  private static final Pattern HUNG =
      Pattern.compile("INFO: task .{1,16}?:\\d+ blocked for more than \\d+ seconds\\.");
  private static final Pattern FRAME =
      Pattern.compile(
          "\\s+\\??\\s*[\\w.]+\\+0x\\w+/0x\\w+ \\[(nvidia\\w*|amdgpu|i915|xe)(?: \\w+)?\\]");

  /** One of these is in every line that means something without a rule. */
  static final List<String> WORDS = List.of("NVRM: ", " blocked for more than ");

  private static final int STACK_LINES = 60;

  /**
   * A message of several lines, which the log may show one by one (NVIDIA open-gpu-kernel-modules).
   *
   * @param first how it begins
   * @param rest how each of its other lines begins
   */
  private record Form(String first, List<String> rest) {}

  private static final List<Form> FORMS =
      List.of(
          new Form(
              "NVRM: The NVIDIA GPU ", List.of("NVRM: (PCI ID: ", "NVRM: fallen off the bus ")),
          new Form(
              "NVRM: API mismatch: the client '",
              List.of(
                  "NVRM: has the version ",
                  "NVRM: the version ",
                  "NVRM: kernel module and all ",
                  "NVRM: have the same version")));

  /** Between the lines of one message. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(1);

  /** Where lines have no times, or an hour of them came within one. */
  private static final int MOST_BETWEEN = 100;

  private static final int MOST_BEGUN = 16;

  private final Catalogue catalogue;
  private final Framing framing;
  private final Map<String, String> uuids;
  private final List<Begun> begun = new ArrayList<>();
  private @Nullable KernelLine hung;
  private int sinceHung;

  /** The first lines of a message of several; other callers' lines may come in between. */
  private static final class Begun {
    private final Form form;
    private final KernelLine first;
    private final List<String> parts = new ArrayList<>();
    private KernelLine last;
    private int between;

    Begun(Form form, KernelLine first, String text) {
      this.form = form;
      this.first = first;
      this.last = first;
      parts.add(text);
    }

    /**
     * Whether a line is its next one.
     *
     * @param leads whether the line is the first of its record: the others may have been begun by a
     *     name with a line end in it, and go on with what their own record began or went on with
     */
    boolean goesOnWith(KernelLine line, String text, boolean leads) {
      boolean sameCaller =
          first.caller().isEmpty()
              || line.caller().isEmpty()
              || first.caller().equals(line.caller());
      return (leads || between == 0)
          && sameCaller
          && text.startsWith(form.rest().get(parts.size() - 1));
    }

    void add(KernelLine line, String text) {
      parts.add(text.substring("NVRM: ".length()));
      last = line;
      between = 0;
    }

    boolean isWhole() {
      return parts.size() == 1 + form.rest().size();
    }

    /** Whether it ended in the middle. */
    boolean isOver(KernelLine line) {
      between++;
      Optional<Duration> gap =
          last.uptime()
              .flatMap(then -> line.uptime().map(now -> now.minus(then)))
              .or(() ->
                  last.at().flatMap(then -> line.at().map(now -> Duration.between(then, now))));
      return between > MOST_BETWEEN
          || gap.filter(each -> each.compareTo(LONGEST_GAP) > 0).isPresent();
    }
  }

  /**
   * @param uuids UUIDs by PCI address, as far as they are known; the log adds to them
   */
  public KernelLog(Catalogue catalogue, LogClock clock, Trust trust, Map<String, String> uuids) {
    this.catalogue = catalogue;
    this.framing = new Framing(clock, trust);
    this.uuids = new HashMap<>(uuids);
  }

  /** What a line, or a whole record of {@code /dev/kmsg}, says. */
  public List<KernelEvent> accept(String line) {
    if (begun.isEmpty() && hung == null && !maySaySomething(line)) {
      return List.of();
    }
    List<KernelEvent> events = new ArrayList<>();
    framing.strip(line).ifPresent(each -> accept(each, events));
    return events;
  }

  /** Frames are costly to take off, and few lines hold a word that counts. */
  private boolean maySaySomething(String line) {
    boolean isEscaped = line.startsWith("{") || line.contains("\\x");
    return isEscaped || !catalogue.kernelWords().in(line).isEmpty();
  }

  /** What was held back because more could have come. */
  public List<KernelEvent> finish() {
    List<KernelEvent> events = new ArrayList<>();
    endHung(events, Optional.empty());
    begun.clear();
    return events;
  }

  private void accept(KernelLine line, List<KernelEvent> events) {
    begun.removeIf(each -> each.isOver(line));
    for (int i = 0; i < line.text().size(); i++) {
      String text = line.text().get(i);
      if (!continues(line, text, i == 0, events) && i == 0 && !begins(line, text)) {
        message(line, text, events);
      }
    }
  }

  // ---- messages of several lines

  private boolean begins(KernelLine line, String text) {
    Optional<Form> form = FORMS.stream().filter(each -> text.startsWith(each.first())).findFirst();
    form.ifPresent(each -> {
      begun.add(new Begun(each, line, text));
      if (begun.size() > MOST_BEGUN) {
        begun.removeFirst();
      }
    });
    return form.isPresent();
  }

  private boolean continues(KernelLine line, String text, boolean leads, List<KernelEvent> events) {
    // dmesg moves the further lines of a record to the right.
    String said = text.strip();
    Optional<Begun> found =
        begun.stream().filter(each -> each.goesOnWith(line, said, leads)).findFirst();
    found.ifPresent(each -> {
      each.add(line, said);
      if (each.isWhole()) {
        begun.remove(each);
        message(each.first, String.join(" ", each.parts), events);
      }
    });
    return found.isPresent();
  }

  // ---- one message

  private void message(KernelLine line, String text, List<KernelEvent> events) {
    if (stack(text, events)) {
      return;
    }
    if (HUNG.matcher(text).matches()) {
      endHung(events, Optional.empty());
      hung = line;
      sinceHung = 0;
      return;
    }
    Matcher uuid = UUID.matcher(text);
    if (uuid.matches()) {
      PciAddress.of(uuid.group(1)).ifPresent(address -> uuids.put(address, uuid.group(2)));
      return;
    }
    Matcher xid = XID.matcher(text);
    if (xid.matches()) {
      events.add(xid(line, text, xid));
      return;
    }
    other(line, text).ifPresent(events::add);
  }

  /** Whether a line was part of the stack of a task that hangs. */
  private boolean stack(String text, List<KernelEvent> events) {
    if (hung == null) {
      return false;
    }
    Matcher frame = FRAME.matcher(text);
    if (frame.matches()) {
      endHung(events, Optional.of(frame.group(1)));
      return true;
    }
    sinceHung++;
    if (sinceHung > STACK_LINES) {
      endHung(events, Optional.empty());
    }
    return false;
  }

  private void endHung(List<KernelEvent> events, Optional<String> driver) {
    KernelLine line = hung;
    hung = null;
    if (line != null) {
      String text = line.text().getFirst();
      String said =
          driver
              .map(name -> text.substring(0, text.length() - 1) + " in " + name + ".")
              .orElse(text);
      other(line, said).ifPresent(events::add);
    }
  }

  private Optional<KernelEvent> other(KernelLine line, String text) {
    List<Catalogue.Rule> rules = catalogue.rules();
    BitSet possible = catalogue.kernelWords().in(text);
    for (int i = possible.nextSetBit(0);
        i >= 0 && i < rules.size();
        i = possible.nextSetBit(i + 1)) {
      Matcher found = rules.get(i).pattern().matcher(text);
      if (found.matches()) {
        return Optional.of(event(line, text, rules.get(i), found));
      }
    }
    return Optional.empty();
  }

  private KernelEvent event(KernelLine line, String text, Catalogue.Rule rule, Matcher found) {
    Optional<String> device = group(rule, found, "device").flatMap(PciAddress::of).or(line::device);
    Optional<String> name = group(rule, found, "process");
    Optional<String> pid = group(rule, found, "pid");
    return new KernelEvent(
        line.at(),
        line.uptime(),
        device,
        device.map(uuids::get),
        Optional.empty(),
        process(pid, name),
        group(rule, found, "detail"),
        OptionalInt.empty(),
        rule.entry(),
        text,
        line.origin());
  }

  private static Optional<String> group(Catalogue.Rule rule, Matcher found, String name) {
    return rule.pattern().namedGroups().containsKey(name)
        ? Optional.ofNullable(found.group(name))
        : Optional.empty();
  }

  private static Optional<KernelEvent.Work> process(Optional<String> pid, Optional<String> name) {
    if (pid.isEmpty() && name.isEmpty()) {
      return Optional.empty();
    }
    // An xe job without a process has pid -1.
    OptionalInt number =
        pid.filter(text -> text.matches("\\d{1,9}")).stream().mapToInt(Integer::parseInt).findAny();
    return Optional.of(new KernelEvent.Work(number, name));
  }

  // ---- Xid

  private KernelEvent xid(KernelLine line, String text, Matcher head) {
    Optional<String> device = PciAddress.of(head.group(1));
    int code = Integer.parseInt(head.group(3));
    Matcher body = XID_BODY.matcher(head.group(4) == null ? "" : head.group(4));
    if (!body.matches()) {
      throw new IllegalStateException("a pattern of optional parts matches everything");
    }
    String said = body.group(3).strip();
    Optional<String> name =
        Optional.ofNullable(body.group(2)).filter(each -> !each.equals("<unknown>"));
    return new KernelEvent(
        line.at(),
        line.uptime(),
        device,
        device.map(uuids::get),
        Optional.ofNullable(head.group(2)).map(String::strip),
        process(Optional.ofNullable(body.group(1)), name),
        detail(code, said),
        causedBy(code, body.group(4)),
        weighed(catalogue.xidOrUnknown(code), said),
        text,
        line.origin());
  }

  /** Only this code is printed with a cause. */
  private static OptionalInt causedBy(int code, @Nullable String cause) {
    return code == KernelEvent.PREEMPTIVE_REMOVAL && cause != null
        ? OptionalInt.of(Integer.parseInt(cause))
        : OptionalInt.empty();
  }

  private static Optional<String> detail(int code, String said) {
    Matcher engine =
        ENGINE.matcher(code == 31 ? said.substring(Math.max(0, said.indexOf("MMU Fault"))) : "");
    if (engine.matches()) {
      return Optional.of("engine " + engine.group(1).toLowerCase(Locale.ROOT));
    }
    return recovery(said).isPresent()
        ? Optional.of("recovery action " + recovery(said).getAsInt())
        : Optional.empty();
  }

  private static OptionalInt recovery(String said) {
    Matcher change = RECOVERY.matcher(said);
    return change.matches() && change.group(2).matches("[0-9a-fA-F]{1,4}")
        ? OptionalInt.of(Integer.parseInt(change.group(2), 16))
        : OptionalInt.empty();
  }

  /** The code alone does not say it of these: the message does. */
  private static Entry.Xid weighed(Entry.Xid row, String said) {
    if (row.xid() == 154) {
      return recovery(said).isPresent() ? recovering(row, recovery(said).getAsInt()) : row;
    }
    if (row.xid() >= 144 && row.xid() <= 150) {
      Matcher link = NVLINK_FATAL.matcher(said);
      return link.matches() && link.group(1).equals("Fatal")
          ? row.weighing(Severity.GPU, Lost.GPU)
          : row;
    }
    return row;
  }

  /** NVML's nvmlDeviceGpuRecoveryAction_t: what the driver asks for. */
  static Entry.Xid recovering(Entry.Xid row, int action) {
    return switch (action) {
      case 0 -> row;
      case 1, 4 -> row.weighing(Severity.GPU, Lost.GPU);
      case 2 -> row.weighing(Severity.NODE, Lost.GPU_UNTIL_REBOOT);
      default -> row.weighing(Severity.WARNING, Lost.NOTHING);
    };
  }
}
