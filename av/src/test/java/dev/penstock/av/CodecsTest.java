package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Capabilities.OptionFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class CodecsTest {
  @Test
  void encoder_tellsItsFormatsAndOptions() {
    EncoderFacts aac = Codecs.encoder("aac").orElseThrow();
    assertThat(aac.sampleFormats()).containsExactly("fltp");
    EncoderFacts facts = Codecs.encoder("mpeg4").orElseThrow();
    assertThat(facts.pixelFormats()).containsExactly("yuv420p");
    OptionFacts gop = option(facts, "g");
    assertThat(gop.kind()).isEqualTo(OptionFacts.Kind.NUMBER);
    assertThat(facts.options().stream().map(OptionFacts::name)).doesNotHaveDuplicates();
  }

  private static OptionFacts option(EncoderFacts facts, String name) {
    return facts.options().stream().filter(o -> o.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void unknownNames_areAbsent() {
    assertThat(Codecs.encoder("no_such")).isEmpty();
    assertThat(Codecs.encodersOf("no_such")).isEmpty();
    assertThat(Codecs.container("no_such")).isEmpty();
    assertThat(Codecs.filters(List.of("scale", "no_such"))).containsExactly("scale");
  }

  @Test
  void container_listsItsCodecs() {
    assertThat(Codecs.container("webm").orElseThrow().codecs())
        .contains("vp9", "opus")
        .doesNotContain("h264", "aac");
    assertThat(Codecs.encodersOf("mpeg4")).contains("mpeg4");
    assertThat(Codecs.build()).startsWith("FFmpeg ").contains("GPL");
  }

  @Test
  void cudaDevice_withoutAGpu_saysWhatIsMissing() {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a GPU");
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    AvException e =
        catchThrowableOfType(
            AvException.class,
            () -> HwDevice.open(HwDevice.Kind.CUDA, "", Map.of(), LogScope.to(lines::add)));
    assertThat(e).hasMessageStartingWith("open CUDA device (first): ");
    assertThat(e.kind()).isNotEqualTo(AvException.Kind.INVALID_DATA);
    assertThat(e.lastLog()).contains("CUDA");
    assertThat(lines).anyMatch(line -> line.contains("libcuda.so.1"));
  }

  @Test
  void vaapiDevice_thatDoesNotExist_isNamed() {
    AvException e =
        catchThrowableOfType(
            AvException.class,
            () -> HwDevice.open(HwDevice.Kind.VAAPI, "/dev/dri/none", Map.of(), LogScope.silent()));
    assertThat(e).hasMessageContaining("/dev/dri/none");
  }
}
