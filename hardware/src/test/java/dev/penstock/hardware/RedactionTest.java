package dev.penstock.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String UUID = "509665ad-b600-ac93-3616-d754b23d636d";

  private final Redaction redaction = new Redaction("salt", List.of("render-7", "ada", "root"));

  @Test
  void whoseMachineItIs_isTakenOut_andStaysTheSameEverywhere() {
    String text =
        "{\"serial\":{\"value\":\"1650525000123\",\"source\":\"x\"}} GPU-"
            + UUID
            + " on render-7 of ada, /home/ada/bin, 10.1.2.3, 203.0.113.9, 2001:db8:0:1::5, fe80::1b:21ff,"
            + " 00:1b:21:aa:bb:cc, 0123456789abcdef0123456789abcdef, GPU-"
            + UUID;

    String redacted = redaction.of(text);

    assertThat(redacted)
        .doesNotContain(
            "1650525000123",
            UUID,
            "render-7",
            "ada",
            "10.1.2.3",
            "203.0",
            "2001:db8",
            "fe80",
            "00:1b:21",
            "0123456789abcdef")
        .contains("\"source\":\"x\"");
    String substitute = redacted.substring(redacted.indexOf("GPU-") + 4).substring(0, 36);
    assertThat(substitute).endsWith("-0000-0000-0000-000000000000");
    assertThat(redacted).endsWith("GPU-" + substitute);
    assertThat(new Redaction("other", List.of()).of(UUID)).isNotEqualTo(redaction.of(UUID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pid\": 7, \"name\": {\"value\": \"sekrit\", \"source\": \"/proc/7/comm\"}}",
        "{\"fps\": 30, \"process\": \"sekrit\"}",
        "\"812 of 24000 MiB free; used by ffmpeg (pid 4, 100 MiB), sekrit (pid 7, 200 MiB)\"",
        "NVRM: Xid (PCI:0000:66:00): 32, pid=2280636, name=sekrit, Channel ID 0000000d",
        "\"NVRM: Xid (PCI:0000:9b:00): 8, pid=5678, name=sekrit\"",
        "NVRM: Xid (PCI:0000:02:00): 109, pid=8494,   name=sekrit, channel 0x0000000d",
        "amdgpu 0000:01:00.0:  Process sekrit pid 29733 thread ffmpeg pid 29735",
        "Process information: process ffmpeg pid 4 thread sekrit pid 5",
        "[drm] GPU HANG: ecode 12:4:28ffff7d, in sekrit [1377]",
        "Timedout job: seqno=0, flags=0x0 in sekrit [1064684]",
        "Out of memory: Killed process 99 (sekrit) total-vm:1kB",
        "INFO: task sekrit:4242 blocked for more than 120 seconds.",
        "NVRM: API mismatch: the client 'sekrit' (pid 7) has the version 570.1",
      })
  void namesOfProcesses_areTakenOut(String text) {
    String redacted = redaction.of(text);

    assertThat(redacted).doesNotContain("sekrit");
    assertThat(redacted.replaceAll("process-\\p{XDigit}{6}", "sekrit")).isEqualTo(text);
  }

  @Test
  void aNameThatIsAnythingButAWord_isTakenOut() {
    assertThat(redaction.of("\"used by My Title (2)$1\\\\ (pid 7, 1 MiB)\""))
        .matches("\"used by process-\\p{XDigit}{6} \\(pid 7, 1 MiB\\)\"");
  }

  @Test
  void whatTheKernelWasStartedWith_staysAsFarAsItIsAboutHardware() {
    String given =
        "BOOT_IMAGE=/vmlinuz-of-ada root=LABEL=adas ro quiet ip=10.1.2.3 iommu=pt"
            + " nvidia-drm.modeset=1 modprobe.blacklist=nouveau systemd.hostname=box rd.iscsi=x:y";

    for (String text :
        List.of(
            "{\"path\":\"/proc/cmdline\",\"text\":\"" + given + "\\n\"}",
            "{\"source\" : \"/proc/cmdline\",\n \"value\" : \"" + given + "\"}")) {
      assertThat(redaction.of(text))
          .contains("ro quiet", "iommu=pt nvidia-drm.modeset=1 modprobe.blacklist=nouveau")
          .doesNotContain("vmlinuz", "adas", "10.1.2.3", "box", "x:y");
    }
    assertThat(redaction.of("a=b c=d")).isEqualTo("a=b c=d");
  }

  /** Advanced Error Reporting, then Device Serial Number, then the end, as lspci -xxxx shows it. */
  @Test
  void theSerialNumberOfAPciDevice_isTakenOut() {
    String header = "de10b926".repeat(64);
    String errors = "01004111" + "00".repeat(16);
    String rest = "ab".repeat(32);

    assertThat(redaction.of(line(header + errors + "03000100" + "efbeadde0df0cefa" + rest)))
        .doesNotContain("efbeadde0df0cefa")
        .matches(
            Pattern.quote(line(header + errors).replace("\"}", ""))
                + "03000100\\p{XDigit}{16}"
                + rest
                + "\"}");
    for (String none :
        List.of(
            "de10b926",
            header + "00".repeat(64),
            header + errors + "01000100" + rest,
            header + "01000110" + "01000110",
            header + "03000100" + "efbe")) {
      assertThat(redaction.of(line(none))).isEqualTo(line(none));
    }
  }

  private static String line(String digits) {
    return "{\"path\":\"/sys/bus/pci/devices/0000:41:00.0/config\",\"hex\":\"" + digits + "\"}";
  }

  @Test
  void whatTellsOfTheMachineItself_stays() {
    String text =
        "driver 580.95.5, 0000:3b:00.0, root, /dev/nvidia0, 5.15.0-91, 127.0.0.1, 0000:3b:00.0: x16, 12:30:45, adapter,"
            + " SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    assertThat(redaction.of(text)).isEqualTo(text);
  }
}
