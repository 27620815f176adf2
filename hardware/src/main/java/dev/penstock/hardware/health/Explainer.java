package dev.penstock.hardware.health;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what an error, a log, a code or a question comes down to. Pure: same words, same answer. */
public final class Explainer {
  private static final int ASKED_LENGTH = 300;
  private static final int LAST_LINES = 200;
  private static final Pattern NAME =
      Pattern.compile(
          "\\b(?:NV_ENC_(?:ERR_\\w+|SUCCESS)|CUDA_(?:ERROR_\\w+|SUCCESS)|MFX_ERR_\\w+"
              + "|VA_STATUS_\\w+|AMF_[A-Z_]+|VK_ERROR_\\w+|NVML_(?:ERROR_\\w+|SUCCESS))\\b");

  /** One of these is in every line in which a name or a status is looked for. */
  static final List<String> WORDS =
      List.of("NV_ENC_", "CUDA_", "MFX_ERR_", "VA_STATUS_", "AMF_", "VK_ERROR_", "NVML_", "nvenc");

  private static final Pattern VALUE =
      Pattern.compile(
          "(?i)\\b(nvenc|cuda|mfx|qsv|va|vaapi|amf|nvml|vulkan)\\b[^\\d-]{0,30}?"
              + "(-?0x[0-9a-f]{1,4}|-?\\d{1,4})\\b");
  private static final Pattern NVENC_STATUS =
      Pattern.compile("(?i)nvenc.*?: [a-z ]+ \\((\\d{1,2})\\)");
  private static final Pattern EXIT =
      Pattern.compile(
          "(?i)\\b(?:exit(?:ed)?(?:[ _-]?(?:with|code|status|value))*|rc|return(?:ed)?(?: non-zero)?"
              + "(?: (?:code|exit status))?|status)\\s*[:=]?\\s*(-?\\d{1,10})\\b");
  private static final Pattern XID =
      Pattern.compile("(?i)(?:nvrm:?\\s*)?(?:xid\\s*[:#=]?\\s*)?(\\d{1,3})");
  private static final Map<String, String> APIS =
      Map.ofEntries(
          Map.entry("nvenc", "NVENC"),
          Map.entry("cuda", "CUDA"),
          Map.entry("mfx", "MFX"),
          Map.entry("qsv", "MFX"),
          Map.entry("va", "VAAPI"),
          Map.entry("vaapi", "VAAPI"),
          Map.entry("amf", "AMF"),
          Map.entry("nvml", "NVML"),
          Map.entry("vulkan", "Vulkan"));
  private static final Pattern FRAMED =
      Pattern.compile("\\p{L}{3,5} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d .*|\\d{4}-\\d\\d-\\d\\d[T ].*");
  private static final Pattern XID_WITHIN =
      Pattern.compile("(?i)\\bxids?\\s*[:#=]?\\s*(\\d{1,3})\\b");
  private static final List<String> LOOKED_FOR =
      List.of(
          "messages of the kernel: Xid, fallen off the bus, PCI Express errors, amdgpu, i915, xe,"
              + " out of memory",
          "errors of NVENC, CUDA, VAAPI, Quick Sync, AMF, Vulkan, NVML and FFmpeg",
          "names and numbers of their status codes, such as NV_ENC_ERR_OUT_OF_MEMORY or MFX -9",
          "an Xid number or an exit code, such as \"xid 79\" or \"exit 187\"",
          "the questions of docs/troubleshooting.md");

  private final Catalogue catalogue;
  private final LogClock clock;
  private final Map<String, String> uuids;

  /**
   * @param uuids UUIDs of devices by PCI address, as far as they are known
   */
  public Explainer(Catalogue catalogue, LogClock clock, Map<String, String> uuids) {
    this.catalogue = catalogue;
    this.clock = clock;
    this.uuids = Map.copyOf(uuids);
  }

  /** What was found, with how often. Insertion order is that of the text. */
  private static final class Found {
    final Map<String, Answer.Cause> causes = new LinkedHashMap<>();
    final Set<String> trailers = new LinkedHashSet<>();
    final List<Entry.Message> trailing = new ArrayList<>();
  }

  public Answer explain(String text) {
    List<String> lines = text.lines().toList();
    Optional<Entry.Question> listed = isAsked(lines) ? listed(text) : Optional.empty();
    if (listed.isPresent()) {
      return new Answer(
          List.of(plain(listed.get(), Answer.Rank.QUESTION)), List.of(), List.of(), List.of());
    }
    Found found = new Found();
    List<KernelEvent> events = new ArrayList<>();
    KernelLog log = new KernelLog(catalogue, clock, Trust.PASTED, uuids);
    for (int i = 0; i < lines.size(); i++) {
      List<KernelEvent> here = log.accept(lines.get(i));
      events.addAll(here);
      if (here.isEmpty()) {
        line(lines.get(i), lines.size() == 1 ? OptionalInt.empty() : OptionalInt.of(i + 1), found);
      }
    }
    events.addAll(log.finish());
    List<Answer.Cause> causes = new ArrayList<>(kernel(events));
    causes.addAll(found.causes.values());
    if (isAsked(lines)) {
      asked(text.strip(), causes);
    } else {
      exits(lines, causes);
    }
    return answer(text, causes, found);
  }

  private Answer answer(String text, List<Answer.Cause> causes, Found found) {
    if (causes.isEmpty()) {
      // A question is answered before a trailer is: it says more.
      question(text).ifPresent(each -> causes.add(plain(each, Answer.Rank.QUESTION)));
    }
    if (causes.isEmpty()) {
      found.trailing.stream().limit(1).forEach(each -> causes.add(plain(each, Answer.Rank.TEXT)));
    }
    if (causes.isEmpty()) {
      return new Answer(List.of(), List.of(), near(text), LOOKED_FOR);
    }
    causes.sort(Comparator.comparing(Answer.Cause::rank));
    return new Answer(first(causes), List.copyOf(found.trailers), List.of(), List.of());
  }

  /** Of what the kernel says the worst comes first, and of that the first; the rest stays. */
  private static List<Answer.Cause> first(List<Answer.Cause> causes) {
    if (causes.getFirst().rank() != Answer.Rank.KERNEL) {
      return causes;
    }
    int worst = 0;
    for (int i = 1; i < causes.size(); i++) {
      if (causes.get(i).rank() == Answer.Rank.KERNEL
          && causes.get(i).severity().compareTo(causes.get(worst).severity()) > 0) {
        worst = i;
      }
    }
    List<Answer.Cause> ordered = new ArrayList<>(causes);
    ordered.addFirst(ordered.remove(worst));
    return ordered;
  }

  /** Whether it is a question or a code that somebody typed, rather than a log. */
  private static boolean isAsked(List<String> lines) {
    return lines.size() <= 1 && lines.stream().allMatch(line -> line.length() <= ASKED_LENGTH);
  }

  // ---- the kernel

  private List<Answer.Cause> kernel(List<KernelEvent> events) {
    Map<String, List<KernelEvent>> groups = new LinkedHashMap<>();
    for (KernelEvent event : events.stream().filter(each -> !each.isBeginning()).toList()) {
      if (!followsFromOther(event, events)) {
        groups
            .computeIfAbsent(event.code() + " " + event.device(), _ -> new ArrayList<>())
            .add(event);
      }
    }
    return groups.values().stream().map(group -> cause(group, catalogue)).toList();
  }

  /** A removed channel is no news beside an Xid of the same device. */
  private static boolean followsFromOther(KernelEvent event, List<KernelEvent> events) {
    return event.secondary()
        && events.stream()
            .anyMatch(other ->
                other.xid().isPresent()
                    && !other.secondary()
                    && other.device().equals(event.device()));
  }

  /** One cause of events that have code and device in common, in the order of the log. */
  public static Answer.Cause cause(List<KernelEvent> group, Catalogue catalogue) {
    KernelEvent event =
        group.stream().max(Comparator.comparing(KernelEvent::severity)).orElseThrow();
    Entry entry = event.entry();
    return new Answer.Cause(
        entry.id(),
        Answer.Rank.KERNEL,
        entry.title(),
        Optional.of(event.message()),
        OptionalInt.empty(),
        group.size(),
        group.getFirst().at(),
        group.getLast().at(),
        event.device(),
        event.uuid(),
        event.process().map(Explainer::words),
        event.detail(),
        entry.severity(),
        entry.lost(),
        entry.means(),
        entry instanceof Entry.Xid xid ? Entry.vendorAction(xid) : Optional.empty(),
        entry.checks(),
        catalogue.remedies(entry, event.device()),
        catalogue.sources(entry));
  }

  private static String words(KernelEvent.Work process) {
    String pid = process.pid().isPresent() ? "pid " + process.pid().getAsInt() : "";
    return process.name().map(name -> (name + " " + pid).strip()).orElse(pid);
  }

  // ---- lines of FFmpeg and others

  private void line(String line, OptionalInt number, Found found) {
    List<Entry.Message> messages = catalogue.messages();
    BitSet possible = catalogue.messageWords().in(line);
    for (int i = possible.nextSetBit(0);
        i >= 0 && i < messages.size();
        i = possible.nextSetBit(i + 1)) {
      Entry.Message message = messages.get(i);
      if (message.pattern().matcher(line).find() && !isOthers(message, line)) {
        if (message.trailer()) {
          found.trailers.add(message.id());
          found.trailing.add(message);
        } else {
          add(message, Answer.Rank.API, line, number, found);
          return;
        }
      }
    }
    if (possible.get(messages.size())) {
      names(line, number, found);
    }
  }

  /** Everybody writes into a syslog; "Permission denied" there is not ours. */
  private static boolean isOthers(Entry.Message message, String line) {
    return message.api().equals("FFmpeg") && FRAMED.matcher(line).matches();
  }

  private void names(String line, OptionalInt number, Found found) {
    if (line.indexOf('_') < 0 && !line.contains("nvenc")) {
      return;
    }
    for (Matcher name = NAME.matcher(line); name.find(); ) {
      Optional<Entry.Status> status = catalogue.status(name.group());
      if (status.isPresent() && status.get().kind() != Entry.Kind.NORMAL) {
        add(status.get(), Answer.Rank.API, line, number, found);
        return;
      }
    }
    Matcher nvenc = NVENC_STATUS.matcher(line);
    if (nvenc.find()) {
      catalogue
          .status("NVENC", Integer.parseInt(nvenc.group(1)))
          .filter(status -> status.kind() != Entry.Kind.NORMAL)
          .ifPresent(status -> add(status, Answer.Rank.API, line, number, found));
    }
  }

  private void add(Entry entry, Answer.Rank rank, String line, OptionalInt number, Found found) {
    found.causes.merge(
        entry.id(),
        said(entry, rank, line, number),
        (before, _) -> before.times(before.count() + 1, before.last()));
  }

  // ---- codes

  private void exits(List<String> lines, List<Answer.Cause> causes) {
    // It stands at the end; far above it is somebody else's.
    for (String line : lines.reversed().subList(0, Math.min(lines.size(), LAST_LINES))) {
      Optional<Answer.Cause> exit = exit(line);
      if (exit.isPresent()) {
        causes.add(exit.get());
        return;
      }
    }
  }

  private Optional<Answer.Cause> exit(String line) {
    Matcher exit = EXIT.matcher(line);
    return exit.find()
        ? exitCode(exit.group(1)).map(entry -> plain(entry, Answer.Rank.EXIT_CODE))
        : Optional.empty();
  }

  /** On Windows it has 32 bits, sometimes with a sign; FFmpeg's errors are its low byte here. */
  private Optional<Entry.Exit> exitCode(String digits) {
    long value = Long.parseLong(digits);
    return catalogue
        .exit((int) value)
        .filter(_ -> value >= 0 && value <= 255)
        .or(() ->
            value < 0 || value > 255 ? catalogue.exit((int) (value & 0xff)) : Optional.empty());
  }

  private void asked(String text, List<Answer.Cause> causes) {
    if (!causes.isEmpty()) {
      return;
    }
    for (Entry entry : catalogue.entries()) {
      if (entry.id().contains(".") && entry.id().equals(text)) {
        causes.add(plain(entry, rank(entry)));
        return;
      }
    }
    Optional<Entry.Status> name =
        catalogue.status(text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z_0-9]", ""));
    name.ifPresent(status -> causes.add(plain(status, Answer.Rank.API)));
    Matcher number = XID.matcher(text);
    if (number.matches()) {
      xid(text, Integer.parseInt(number.group(1)), causes);
      return;
    }
    exit(text).ifPresent(causes::add);
    if (causes.isEmpty()) {
      value(text).ifPresent(status -> causes.add(plain(status, Answer.Rank.API)));
    }
    if (causes.isEmpty()) {
      Matcher within = XID_WITHIN.matcher(text);
      if (within.find()) {
        xid("xid", Integer.parseInt(within.group(1)), causes);
      }
    }
  }

  private static Answer.Rank rank(Entry entry) {
    return switch (entry) {
      case Entry.Xid _, Entry.KernelMessage _ -> Answer.Rank.KERNEL;
      case Entry.Message message when message.trailer() -> Answer.Rank.TEXT;
      case Entry.Message _, Entry.Status _ -> Answer.Rank.API;
      case Entry.Exit _ -> Answer.Rank.EXIT_CODE;
      case Entry.Question _ -> Answer.Rank.QUESTION;
    };
  }

  private void xid(String text, int number, List<Answer.Cause> causes) {
    boolean named = text.toLowerCase(Locale.ROOT).contains("xid");
    Optional<Entry.Xid> known = catalogue.xid(number);
    if (known.isPresent() || named) {
      Entry.Xid row = catalogue.xidOrUnknown(number);
      causes.add(plain(row, Answer.Rank.KERNEL));
    }
    if (!named) {
      catalogue.exit(number).ifPresent(exit -> causes.add(plain(exit, Answer.Rank.EXIT_CODE)));
    }
  }

  private Optional<Entry.Status> value(String text) {
    Matcher value = VALUE.matcher(text);
    if (!value.find()) {
      return Optional.empty();
    }
    String api = APIS.get(value.group(1).toLowerCase(Locale.ROOT));
    return api == null
        ? Optional.empty()
        : catalogue.status(api, Integer.decode(decimal(value.group(2))));
  }

  /** A leading zero would make it octal. */
  private static String decimal(String digits) {
    return digits.contains("x") ? digits : digits.replaceFirst("^(-?)0+(?=\\d)", "$1");
  }

  // ---- questions

  /** A question as it stands in the list, whatever its words would mean elsewhere. */
  private Optional<Entry.Question> listed(String text) {
    Set<String> words = words(text);
    return catalogue.questions().stream()
        .filter(question -> words(question.question()).equals(words))
        .findFirst();
  }

  private Optional<Entry.Question> question(String text) {
    if (text.length() > ASKED_LENGTH) {
      return Optional.empty();
    }
    Set<String> words = words(text);
    Entry.Question best = null;
    int most = 0;
    for (Entry.Question question : catalogue.questions()) {
      for (String match : question.match()) {
        Set<String> wanted = words(match);
        if (wanted.size() > most && words.containsAll(wanted)) {
          best = question;
          most = wanted.size();
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private List<Answer.Near> near(String text) {
    if (text.length() > ASKED_LENGTH) {
      return List.of();
    }
    Set<String> words = words(text);
    record Scored(Entry.Question question, long score) {}
    return catalogue.questions().stream()
        .map(question -> new Scored(question, score(question, words)))
        .filter(scored -> scored.score() > 0)
        .sorted(Comparator.comparingLong(Scored::score).reversed())
        .limit(3)
        .map(scored -> new Answer.Near(scored.question().id(), scored.question().question()))
        .toList();
  }

  private static long score(Entry.Question question, Set<String> words) {
    Set<String> own = new LinkedHashSet<>();
    question.match().forEach(match -> own.addAll(words(match)));
    return own.stream().filter(words::contains).count();
  }

  /** Words as they are compared: lower-case, without a plural's ending. */
  static Set<String> words(String text) {
    Set<String> words = new LinkedHashSet<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\d/.]+", -1)) {
      String bare = word.replaceAll("^[./]+|[./]+$", "");
      if (!bare.isEmpty()) {
        words.add(
            bare.length() > 3 && bare.endsWith("s") && !bare.endsWith("ss")
                ? bare.substring(0, bare.length() - 1)
                : bare);
      }
    }
    return words;
  }

  // ---- causes

  private Answer.Cause plain(Entry entry, Answer.Rank rank) {
    return cause(entry, rank, Optional.empty(), OptionalInt.empty());
  }

  private Answer.Cause said(Entry entry, Answer.Rank rank, String line, OptionalInt number) {
    return cause(entry, rank, Optional.of(line.strip()), number);
  }

  private Answer.Cause cause(
      Entry entry, Answer.Rank rank, Optional<String> said, OptionalInt number) {
    return new Answer.Cause(
        entry.id(),
        rank,
        entry.title(),
        said,
        number,
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        entry.severity(),
        entry.lost(),
        entry.means(),
        entry instanceof Entry.Xid xid ? Entry.vendorAction(xid) : Optional.empty(),
        entry.checks(),
        catalogue.remedies(entry, Optional.empty()),
        catalogue.sources(entry));
  }
}
