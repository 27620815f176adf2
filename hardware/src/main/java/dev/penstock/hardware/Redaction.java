package dev.penstock.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of facts what tells whose machine it is and what it is used for: names of the host and
 * its user, serial numbers, UUIDs, network addresses, names of processes, what the kernel was
 * started with but for what is known to be about hardware. The same word becomes the same
 * substitute within one redaction, so that facts still fit together; another redaction makes
 * others.
 */
public final class Redaction {
  private static final Pattern UUID =
      Pattern.compile(
          "\\b\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}\\b");

  /** EFI_GLOBAL_VARIABLE of the UEFI specification: the same on all machines, in names of files. */
  private static final String EFI = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

  private static final Pattern ADDRESS =
      Pattern.compile(
          "\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b"
              + "|\\b(?:\\p{XDigit}{2}:){5}\\p{XDigit}{2}\\b"
              + "|\\b(?:\\p{XDigit}{1,4}:){3,7}(?::|\\p{XDigit}{1,4}\\b)|\\bfe80::[\\p{XDigit}:]+");

  /** Of containers and pods. */
  private static final Pattern ID =
      Pattern.compile("(?<![\\p{XDigit}\\w])\\p{XDigit}{32,64}(?!\\w)");

  private static final Pattern SERIAL =
      Pattern.compile("(?i)(\"serial[^\"]*\"\\s*:\\s*\\{\\s*\"value\"\\s*:\\s*\")([^\"]+)");
  private static final Pattern HOME = Pattern.compile("/home/([^/\"\\s\\\\]+)");

  /** PCI configuration space, of which privileges show the extended part. */
  private static final Pattern CONFIGURATION =
      Pattern.compile("(/config\"\\s*,\\s*\"hex\"\\s*:\\s*\")(\\p{XDigit}+)");

  /** Where names of processes stand: in NVML's answers, in findings, in the kernel's messages. */
  private static final List<Pattern> PROCESSES =
      List.of(
          name(
              "\"value\"\\s*:\\s*\"",
              "[^\"]+",
              "\"\\s*,\\s*\"source\"\\s*:\\s*\"[^\"]*/proc/\\d+/comm\""),
          name("\"process\"\\s*:\\s*\"", "[^\"]+", "\""),
          name("(?:used by |\\), )", "[^\"]{1,16}?", " \\(pid \\d"),
          name("\\bpid=[^,\"]{1,12},\\s{0,4}name=", "[^\"]{1,16}?", "[,\"\\\\]"),
          name("\\b[Pp]rocess (?:information: process )?", "[^\"]{1,16}?", " pid \\d"),
          name("\\bthread ", "[^\"]{1,16}?", " pid \\d"),
          name("\\bin ", "[^\"]{1,16}?", " \\[-?\\d+\\]"),
          name("\\bKilled process \\d+ \\(", "[^\"]{1,16}?", "\\)"),
          name("\\btask ", "[^\"]{1,16}?", ":\\d+ blocked"),
          name("\\bthe client '", "[^'\"]{1,40}", "'"));

  /** Programs of everybody, whose names help and tell nothing. */
  private static final Set<String> EVERYBODYS =
      Set.of(
          "<unknown>",
          "ffmpeg",
          "ffprobe",
          "java",
          "penstock",
          "nvidia-smi",
          "Xorg",
          "Xwayland",
          "gnome-shell");

  /** What the kernel was started with, as a file or as evidence. */
  private static final Pattern COMMAND_LINE =
      Pattern.compile(
          "(\"/proc/cmdline\"\\s*,\\s*\"(?:text|value)\"\\s*:\\s*\")((?:[^\"\\\\]|\\\\.)*)");

  private static final Pattern PARAMETER = Pattern.compile("([^\\s=\"\\\\]+)=([^\\s\"\\\\]+)");

  /** Of drivers, buses and memory. */
  private static final Pattern ABOUT_HARDWARE =
      Pattern.compile(
          "(?:(?:intel_|amd_)?iommu|pci|pcie_\\w+|(?:rd\\.driver\\.|modprobe\\.|module_)blacklist"
              + "|(?:nouveau|nvidia|nvidia_\\w+|nvidia-\\w+|amdgpu|radeon|i915|xe|drm|vfio|vfio-pci)"
              + "\\.\\w+|tsc|clocksource|(?:default_)?hugepages\\w*|transparent_hugepage|lockdown"
              + "|mitigations|isolcpus|cgroup\\w*|systemd\\.unified_cgroup_hierarchy|swiotlb)");

  private final String salt;
  private final List<Pattern> names = new ArrayList<>();

  /**
   * @param salt anything that is not told to whoever gets the facts
   * @param names of the host and of users
   */
  public Redaction(String salt, List<String> names) {
    this.salt = salt;
    for (String name : names) {
      // A name of two letters stands in half of all words.
      if (name.length() > 2 && !name.equals("root")) {
        this.names.add(Pattern.compile("\\b" + Pattern.quote(name) + "\\b"));
      }
    }
  }

  private static Pattern name(String before, String name, String after) {
    return Pattern.compile("(" + before + ")(" + name + ")(?=" + after + ")");
  }

  public String of(String text) {
    String plain = UUID.matcher(text).replaceAll(found -> uuid(found.group()));
    plain = SERIAL.matcher(plain).replaceAll(this::serial);
    plain = CONFIGURATION.matcher(plain).replaceAll(this::configuration);
    plain = COMMAND_LINE.matcher(plain).replaceAll(this::commandLine);
    for (Pattern place : PROCESSES) {
      plain = place.matcher(plain).replaceAll(this::process);
    }
    plain = ADDRESS.matcher(plain).replaceAll(found -> address(found.group()));
    plain = ID.matcher(plain).replaceAll(found -> word("id-", found.group()));
    plain = HOME.matcher(plain).replaceAll(found -> "/home/" + word("user-", found.group(1)));
    for (Pattern name : names) {
      plain = name.matcher(plain).replaceAll(found -> word("name-", found.group()));
    }
    return plain;
  }

  private String serial(MatchResult found) {
    return found.group(1) + word("serial-", found.group(2));
  }

  private String configuration(MatchResult found) {
    PciConfiguration device = new PciConfiguration(found.group(2));
    return found.group(1) + device.withSerial(digits(device.serial())).digits();
  }

  private String commandLine(MatchResult found) {
    return Matcher.quoteReplacement(
        found.group(1) + PARAMETER.matcher(found.group(2)).replaceAll(this::parameter));
  }

  private String parameter(MatchResult found) {
    boolean stays = ABOUT_HARDWARE.matcher(found.group(1)).matches();
    return Matcher.quoteReplacement(
        found.group(1) + "=" + (stays ? found.group(2) : word("value-", found.group(2))));
  }

  private String process(MatchResult found) {
    String name = found.group(2);
    return Matcher.quoteReplacement(
        found.group(1) + (EVERYBODYS.contains(name) ? name : word("process-", name)));
  }

  private String uuid(String uuid) {
    if (uuid.equals(EFI)) {
      return uuid;
    }
    String digits = digits(uuid);
    return digits.substring(0, 8) + "-" + uuid.replaceAll("\\p{XDigit}", "0").substring(9);
  }

  /** Loopback and none at all tell nothing. */
  private String address(String address) {
    return address.startsWith("127.") || address.equals("0.0.0.0")
        ? address
        : word("address-", address);
  }

  private String word(String kind, String secret) {
    return kind + digits(secret).substring(0, 6);
  }

  private String digits(String secret) {
    return Sha256.of(salt + "\n" + secret);
  }
}
