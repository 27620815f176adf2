package dev.penstock.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void whatTellsOfTheMachineItself_stays() {
    String text =
        "driver 580.95.5, 0000:3b:00.0, root, /dev/nvidia0, 5.15.0-91, 127.0.0.1, 0000:3b:00.0: x16, 12:30:45, adapter,"
            + " SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    assertThat(redaction.of(text)).isEqualTo(text);
  }
}
