package dev.penstock.hardware.health;

import dev.penstock.hardware.PciAddress;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes off what a log puts around a line of the kernel: records of {@code /dev/kmsg} (kernel,
 * Documentation/ABI/testing/dev-kmsg), dmesg with all its kinds of times, syslog files, what
 * journalctl prints, and its JSON.
 *
 * <p>A line that is framed as somebody else's, whatever it says, is nobody's.
 */
final class Framing {
  private static final Pattern KMSG =
      Pattern.compile(
          "(\\d{1,9}),\\d+,(\\d{1,18}),(?:[^;]*\\bcaller=([TC]\\d+))?[^;]*;(.*)", Pattern.DOTALL);
  private static final Pattern KMSG_DEVICE =
      Pattern.compile("(?m)^ DEVICE=\\+pci:([0-9a-fA-F:.]+)$");
  private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-fA-F]{2})");
  private static final Pattern RAW = Pattern.compile("<(\\d{1,4})>(.*)");
  private static final Pattern DECODED =
      Pattern.compile("(\\w{3,8}) *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: (.*)");
  private static final Pattern UPTIME = Pattern.compile("\\[ *(\\d{1,12}\\.\\d{1,9})\\] (.*)");
  private static final Pattern CALLER = Pattern.compile("\\[ *([TC]\\d+)\\] ?");
  private static final Pattern CTIME =
      Pattern.compile(
          "\\[\\p{L}{2,4}\\.? (\\p{L}{3,5})\\.? +(\\d{1,2}) (\\d\\d:\\d\\d:\\d\\d) (\\d{4})\\] (.*)");
  private static final Pattern RELATIVE =
      Pattern.compile("\\[(?: *\\+\\d+\\.\\d+|\\p{L}{3,5} *\\d{1,2} \\d\\d:\\d\\d)\\] (.*)");
  private static final String ISO =
      "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?";
  private static final Pattern ISO_DMESG =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d,\\d{6}[+-]\\d\\d:\\d\\d) (.*)");
  private static final Pattern ISO_SYSLOG =
      Pattern.compile("(?:\\p{L}{2,4} )?(" + ISO + ")(?: [A-Z]{2,5})? (\\S+) ([^:\\s]+): (.*)");
  private static final Pattern SYSLOG =
      Pattern.compile(
          "(?:\\p{L}{2,4}\\.? )?([\\p{L}.]{2,6}|\\d{1,2}月) +(\\d{1,2})日? (\\d\\d:\\d\\d:\\d\\d)"
              + "(?:\\.\\d+)? (\\S+) ([^:\\s]+): (.*)");
  private static final Pattern MONOTONIC =
      Pattern.compile("\\[ *(\\d{1,12}\\.\\d{1,9})\\] ([\\w.-]+) ([^:\\s]+): (.*)");
  private static final Pattern OTHERS_SYSLOG =
      Pattern.compile(
          "(?:<\\d+>)?\\d* ?(?:" + ISO + "|\\p{L}{3,5} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d).*");
  private static final DateTimeFormatter OFFSET =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX]")
          .toFormatter(Locale.ROOT);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Short names of months as journalctl and syslog print them in the system's language, without
   * accents and dots.
   */
  private static final Map<String, Integer> MONTHS =
      Map.ofEntries(
              months(
                  1, "jan", "janv", "ene", "gen", "ian", "sty", "led", "tammi", "oca", "янв",
                  "січ"),
              months(2, "feb", "fev", "fevr", "lut", "uno", "helmi", "sub", "фев", "лют"),
              months(3, "mar", "mars", "mrz", "maerz", "mrt", "bre", "maalis", "мар", "бер"),
              months(4, "apr", "avr", "avril", "abr", "kwi", "dub", "huhti", "nis", "апр", "кві"),
              months(5, "may", "mai", "mag", "mei", "maj", "kve", "touko", "мая", "маи", "тра"),
              months(
                  6, "jun", "juin", "giu", "juni", "iun", "cze", "cvn", "kesa", "haz", "июн",
                  "чер"),
              months(
                  7, "jul", "juil", "lug", "juli", "iul", "lip", "cvc", "heina", "tem", "июл",
                  "лип"),
              months(8, "aug", "aou", "aout", "ago", "sie", "srp", "elo", "agu", "авг", "сер"),
              months(9, "sep", "sept", "set", "wrz", "zar", "syys", "eyl", "сен", "вер"),
              months(10, "oct", "okt", "ott", "out", "paz", "rij", "loka", "eki", "окт", "жов"),
              months(11, "nov", "lis", "marras", "kas", "noi", "ноя", "лис"),
              months(12, "dec", "dez", "dic", "des", "gru", "pro", "joulu", "ara", "дек", "гру"))
          .entrySet()
          .stream()
          .flatMap(month -> month.getValue().stream().map(name -> Map.entry(name, month.getKey())))
          .collect(
              java.util.stream.Collectors.toUnmodifiableMap(
                  Map.Entry::getKey, Map.Entry::getValue));

  private final LogClock clock;
  private final Trust trust;

  Framing(LogClock clock, Trust trust) {
    this.clock = clock;
    this.trust = trust;
  }

  private static Map.Entry<Integer, List<String>> months(int number, String... names) {
    return Map.entry(number, List.of(names));
  }

  /** What the kernel said in a line; empty when it is not taken for the kernel's. */
  Optional<KernelLine> strip(String line) {
    return framed(line).filter(each -> trust.takes(each.origin()));
  }

  private Optional<KernelLine> framed(String line) {
    if (line.startsWith("{")) {
      return journal(line);
    }
    Matcher kmsg = KMSG.matcher(line);
    if (kmsg.matches()) {
      return kmsg(kmsg);
    }
    Matcher raw = RAW.matcher(line);
    if (raw.matches()) {
      return trust.takesFacility(Integer.parseInt(raw.group(1)) >> 3)
          ? dmesg(raw.group(2))
          : Optional.empty();
    }
    Matcher decoded = DECODED.matcher(line);
    if (decoded.matches()) {
      return decoded.group(1).equals("kern") ? dmesg(decoded.group(2)) : Optional.empty();
    }
    return syslog(line).orElseGet(() -> dmesg(line));
  }

  // ---- /dev/kmsg

  private Optional<KernelLine> kmsg(Matcher record) {
    if (!trust.takesFacility(Integer.parseInt(record.group(1)) >> 3)) {
      return Optional.empty();
    }
    Duration uptime = Duration.ofNanos(Long.parseLong(record.group(2)) * 1000);
    String body = record.group(4);
    int end = body.indexOf('\n');
    String message = end < 0 ? body : body.substring(0, end);
    Matcher device = KMSG_DEVICE.matcher(end < 0 ? "" : body.substring(end + 1));
    Called called = called(unescaped(message));
    return Optional.of(
        new KernelLine(
            Origin.KMSG,
            clock.sinceBoot(uptime),
            Optional.of(uptime),
            device.find() ? PciAddress.of(device.group(1)) : Optional.empty(),
            Optional.ofNullable(record.group(3)).or(called::caller),
            called.text().lines().toList()));
  }

  /** The kernel writes bytes that are not printable ASCII, and the backslash, as \xNN. */
  private static String unescaped(String text) {
    if (!text.contains("\\x")) {
      return text;
    }
    String bytes =
        ESCAPE
            .matcher(text)
            .replaceAll(escape ->
                Matcher.quoteReplacement(
                    Character.toString((char) Integer.parseInt(escape.group(1), 16))));
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** A message without the name of its caller before it. */
  private record Called(Optional<String> caller, String text) {}

  private static Called called(String text) {
    Matcher caller = CALLER.matcher(text);
    return caller.lookingAt()
        ? new Called(Optional.of(caller.group(1)), text.substring(caller.end()))
        : new Called(Optional.empty(), text);
  }

  // ---- the journal's JSON

  private Optional<KernelLine> journal(String line) {
    JsonNode entry;
    try {
      entry = JSON.readTree(line);
    } catch (JacksonException _) {
      return Optional.empty();
    }
    if (!entry.path("_TRANSPORT").asString("").equals("kernel")
        || !trust.takesFacility(entry.path("SYSLOG_FACILITY").asInt(0))) {
      return Optional.empty();
    }
    return Optional.of(
        new KernelLine(
            Origin.JOURNAL,
            micros(entry, "__REALTIME_TIMESTAMP")
                .map(each -> Instant.ofEpochSecond(each / 1_000_000, each % 1_000_000 * 1000)),
            micros(entry, "_SOURCE_MONOTONIC_TIMESTAMP").map(each -> Duration.ofNanos(each * 1000)),
            Optional.of(entry.path("_KERNEL_DEVICE").asString(""))
                .filter(device -> device.startsWith("+pci:"))
                .flatMap(device -> PciAddress.of(device.substring("+pci:".length()))),
            Optional.empty(),
            message(entry.path("MESSAGE")).lines().toList()));
  }

  /** Text that is not UTF-8 or has control characters comes as numbers of bytes. */
  private static String message(JsonNode message) {
    if (!message.isArray()) {
      return message.asString("");
    }
    byte[] bytes = new byte[message.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) message.get(i).asInt(0);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Optional<Long> micros(JsonNode entry, String name) {
    String text = entry.path(name).asString("");
    return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  // ---- syslog and journalctl

  /** Nothing when the line has no such frame; an empty answer when the frame is somebody else's. */
  private Optional<Optional<KernelLine>> syslog(String line) {
    Matcher iso = ISO_SYSLOG.matcher(line);
    if (iso.matches()) {
      return Optional.of(tagged(iso.group(3), instant(iso.group(1)), iso.group(4)));
    }
    Matcher plain = SYSLOG.matcher(line);
    if (plain.matches()) {
      return Optional.of(
          tagged(
              plain.group(5),
              date(plain.group(1), plain.group(2), plain.group(3)),
              plain.group(6)));
    }
    Matcher monotonic = MONOTONIC.matcher(line);
    if (monotonic.matches() && monotonic.group(3).equals("kernel")) {
      return Optional.of(
          tagged("kernel", clock.sinceBoot(seconds(monotonic.group(1))), monotonic.group(4)));
    }
    Matcher dmesg = ISO_DMESG.matcher(line);
    if (dmesg.matches()) {
      return Optional.of(
          Optional.of(
              plain(Origin.DMESG, instant(dmesg.group(1)), Optional.empty(), dmesg.group(2))));
    }
    // A date and then no tag: nobody says that this is the kernel.
    return OTHERS_SYSLOG.matcher(line).matches() ? Optional.of(Optional.empty()) : Optional.empty();
  }

  private Optional<KernelLine> tagged(String tag, Optional<Instant> at, String rest) {
    if (!tag.equals("kernel")) {
      return Optional.empty();
    }
    Matcher uptime = UPTIME.matcher(rest);
    if (uptime.matches()) {
      return Optional.of(
          plain(Origin.SYSLOG, at, Optional.of(seconds(uptime.group(1))), uptime.group(2)));
    }
    return Optional.of(plain(Origin.SYSLOG, at, Optional.empty(), rest));
  }

  private Optional<Instant> instant(String iso) {
    String text = iso.replace(',', '.').replace(' ', 'T');
    try {
      return Optional.of(
          text.matches(".*(?:Z|[+-]\\d\\d:?\\d\\d)")
              ? OffsetDateTime.parse(text, OFFSET).toInstant()
              : clock.local(LocalDateTime.parse(text)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private Optional<Instant> date(String month, String day, String time) {
    OptionalInt number = month(month);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    try {
      java.time.LocalTime clockTime = java.time.LocalTime.parse(time);
      return Optional.of(
          clock.withoutYear(
              number.getAsInt(),
              Integer.parseInt(day),
              clockTime.getHour(),
              clockTime.getMinute(),
              clockTime.getSecond()));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static OptionalInt month(String name) {
    if (name.endsWith("月")) {
      return OptionalInt.of(Integer.parseInt(name.substring(0, name.length() - 1)));
    }
    String bare =
        Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
            .replaceAll("[\\p{M}.]", "");
    Integer number = MONTHS.get(bare);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  // ---- dmesg

  private Optional<KernelLine> dmesg(String line) {
    Matcher uptime = UPTIME.matcher(line);
    if (uptime.matches()) {
      Duration since = seconds(uptime.group(1));
      return Optional.of(
          plain(Origin.DMESG, clock.sinceBoot(since), Optional.of(since), uptime.group(2)));
    }
    Matcher ctime = CTIME.matcher(line);
    if (ctime.matches()) {
      return Optional.of(plain(Origin.DMESG, ctime(ctime), Optional.empty(), ctime.group(5)));
    }
    Matcher relative = RELATIVE.matcher(line);
    if (relative.matches()) {
      return Optional.of(
          plain(Origin.DMESG, Optional.empty(), Optional.empty(), relative.group(1)));
    }
    String bare = line.startsWith("kernel: ") ? line.substring("kernel: ".length()) : line;
    return Optional.of(plain(Origin.BARE, Optional.empty(), Optional.empty(), bare));
  }

  private Optional<Instant> ctime(Matcher ctime) {
    OptionalInt month = month(ctime.group(1));
    if (month.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          clock.local(
              java.time.LocalDate.of(
                      Integer.parseInt(ctime.group(4)),
                      month.getAsInt(),
                      Integer.parseInt(ctime.group(2)))
                  .atTime(java.time.LocalTime.parse(ctime.group(3)))));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static KernelLine plain(
      Origin origin, Optional<Instant> at, Optional<Duration> uptime, String text) {
    Called called = called(text);
    return new KernelLine(
        origin, at, uptime, Optional.empty(), called.caller(), List.of(called.text()));
  }

  private static Duration seconds(String text) {
    return Duration.ofNanos(new java.math.BigDecimal(text).movePointRight(9).longValue());
  }
}
