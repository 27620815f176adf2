package dev.penstock.hardware.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String PROVED =
      """
      {"encoder":"h264_nvenc","codec":"h264","hardware":true,"framesPerSecond":900.5,\
      "elapsed":"PT0.5S"}\
      """;

  private static Answer given(String json) {
    return new Answer.Given(json, Duration.ofSeconds(1));
  }

  @TempDir Path folder;

  @Test
  void anEncoder_isTriedInAChild() {
    Trial trial =
        new Children(Map.of())
            .ask(TrialProbe.class, "libvpx-vp9", LONG)
            .as(Trial.class, "trial")
            .toOptional()
            .orElseThrow();

    assertThat(trial.proved()).isTrue();
    assertThat(trial.framesPerSecond().orElseThrow()).isPositive();
    assertThat(trial.hardware()).isFalse();
  }

  @Test
  void whatCannotEncodeHere_saysWhy_inTheWordsOfItsLibrary() {
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia")), "an NVIDIA driver is here");
    assumeTrue(Codecs.encoder("h264_nvenc").isPresent(), "this build lacks NVENC");
    Trial trial = Trials.of(Codecs.encoder("h264_nvenc").orElseThrow(), Optional.empty());

    assertThat(trial.hardware()).isTrue();
    assertThat(trial.proved()).isFalse();
    assertThat(trial.reason().orElseThrow()).endsWith("Cannot load libcuda.so.1");
  }

  @Test
  void anUnknownEncoder_isAnError() {
    assertThat(new Children(Map.of()).ask(TrialProbe.class, "h264_nonsense", LONG))
        .isEqualTo(new Answer.Lacking(Why.FAILED, "this build has no encoder h264_nonsense"));
  }

  @Test
  void results_areKept_untilWhatTheyDependOnChanges() {
    TrialStore store = new TrialStore(folder.resolve("trials"), "boot 1");
    String key = TrialStore.key("h264_nvenc", "570");
    assertThat(store.find(key)).isEmpty();

    store.begin(key);
    store.end(key, given(PROVED));

    assertThat(store.find(key).orElseThrow().json()).isEqualTo(PROVED);
    assertThat(store.unended(key)).isEmpty();
    assertThat(store.find(TrialStore.key("h264_nvenc", "580"))).isEmpty();
  }

  @Test
  void whatDoesNotEncode_isTriedAgain() {
    TrialStore store = new TrialStore(folder, "boot 1");
    store.begin("a");

    store.end("a", given(PROVED.replace("\"elapsed\"", "\"reason\":\"no session\",\"elapsed\"")));

    assertThat(store.find("a")).isEmpty();
    assertThat(store.unended("a")).isEmpty();
  }

  @Test
  void whatIsKept_isKnownByWhatWasTried_andAFailureDoesNotHoldForLong() {
    Instant now = Instant.now();
    TrialStore store = new TrialStore(folder, "boot 1", InstantSource.fixed(now));
    String failure = PROVED.replace("\"elapsed\"", "\"reason\":\"no session\",\"elapsed\"");
    for (String name : List.of("h264_nvenc@0000:3b:00.0", "h264_nvenc@0000:5e:00.0")) {
      store.begin(TrialStore.key(name, "f00"));
      store.end(TrialStore.key(name, "f00"), given(name.endsWith("3b:00.0") ? PROVED : failure));
    }
    store.begin(TrialStore.key("av1_nvenc@0000:3b:00.0", "f00"));

    assertThat(store.kept("f00"))
        .containsOnlyKeys("h264_nvenc@0000:3b:00.0", "h264_nvenc@0000:5e:00.0");
    assertThat(store.kept("f11")).isEmpty();
    TrialStore later =
        new TrialStore(folder, "boot 2", InstantSource.fixed(now.plus(Duration.ofHours(2))));
    assertThat(later.kept("f00"))
        .containsOnlyKeys("h264_nvenc@0000:3b:00.0", "av1_nvenc@0000:3b:00.0");
  }

  /** For longer each time, and never for good. */
  @Test
  void whatHung_isTriedAgainAfterAWhile_andSaysWhen() {
    Instant[] now = {Instant.now().truncatedTo(ChronoUnit.SECONDS)};
    TrialStore store = new TrialStore(folder, "boot 1\n", () -> now[0]);
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      store.begin("h264_nvenc@x-f00");
      store.end("h264_nvenc@x-f00", new Answer.Lacking(Why.HUNG, "did not answer within 10 s"));
      Instant next = store.unended("h264_nvenc@x-f00").orElseThrow().next();
      assertThat(store.kept("f00").get("h264_nvenc@x"))
          .isInstanceOfSatisfying(
              Answer.Lacking.class,
              answer ->
                  assertThat(answer.text())
                      .endsWith("it is tried again after " + next.truncatedTo(ChronoUnit.SECONDS)));
      // Marks bear the time of the disk, which is not that of the test.
      pauses.add(Duration.between(now[0], next).truncatedTo(ChronoUnit.MINUTES));
      now[0] = next;
      assertThat(store.unended("h264_nvenc@x-f00")).isEmpty();
      assertThat(store.kept("f00")).isEmpty();
      now[0] = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
    assertThat(pauses.getFirst()).isEqualTo(Duration.ofMinutes(15));
    assertThat(pauses.get(1)).isEqualTo(Duration.ofMinutes(30));
    assertThat(pauses.getLast()).isEqualTo(Duration.ofHours(24));

    store.begin("h264_nvenc@x-f00");
    store.end("h264_nvenc@x-f00", given(PROVED));
    assertThat(store.kept("f00").get("h264_nvenc@x")).isInstanceOf(Answer.Given.class);
  }

  @Test
  void aLink_isMeasuredAnewEachTime() {
    TrialStore store = new TrialStore(folder, "boot 1");
    store.begin("link");

    store.end(
        "link",
        given(
            PROVED.replace(
                "\"elapsed\"",
                "\"link\":{\"load\":\"32 MB\",\"speeds\":{},\"lasted\":\"PT1S\"},\"elapsed\"")));

    assertThat(store.find("link")).isEmpty();
  }

  @Test
  void wishes_areWords() {
    Wish wish = Wish.of("h264_nvenc@0000:3b:00.0");

    assertThat(wish).isEqualTo(Wish.encode("h264_nvenc", "0000:3b:00.0"));
    assertThat(wish.kind()).isEqualTo("nvenc");
    assertThat(wish.codec()).isEqualTo("h264");
    assertThat(Wish.of(wish.word())).isEqualTo(wish);
    assertThat(Wish.decode("av1", Api.NVDEC, "x").decodes()).isTrue();
    assertThat(Wish.of("libx264").device()).isEmpty();
    assertThat(Wish.link("x").isLink()).isTrue();
  }

  @Test
  void linksUnderLoad_areThoseOfTheDeviceAndTheBridgesAboveIt() throws IOException {
    assumeTrue(Codecs.encoder("h264_vaapi").isPresent(), "this build lacks VA-API");
    Path bridge = Files.createDirectories(folder.resolve("0000:00:01.0"));
    Path gpu = Files.createDirectory(bridge.resolve("0000:01:00.0"));
    for (Path end : List.of(bridge, gpu)) {
      Files.writeString(end.resolve("vendor"), "0x1002\n");
      Files.writeString(end.resolve("current_link_speed"), "16.0 GT/s PCIe\n");
      Files.writeString(end.resolve("max_link_speed"), "16.0 GT/s PCIe\n");
    }

    Trial trial = LinkTrial.of(bridge, "0000:01:00.0");

    // There is no such device to load: that is said, and no speed.
    assertThat(trial.proved()).isFalse();
    assertThat(trial.link()).isEmpty();
    assertThat(trial.reason().orElseThrow()).contains("0000:01:00.0");
  }

  @Test
  void aDeviceThatIsNotThere_isTheReason() {
    assumeTrue(Codecs.encoder("h264_vaapi").isPresent(), "this build lacks VA-API");

    Trial trial =
        Trials.of(Codecs.encoder("h264_vaapi").orElseThrow(), Optional.of("ffff:00:00.0"));

    assertThat(trial.reason().orElseThrow()).contains("ffff:00:00.0");
    assertThat(trial.device()).contains("ffff:00:00.0");
  }

  @Test
  void aDecoderOfADeviceThatIsNotThere_saysSo() {
    assertThat(
            new TrialProbe()
                .ask(Wish.decode("vp9", Api.NVDEC, "ffff:00:00.0").word())
                .reason()
                .orElseThrow())
        .isNotBlank();
    assertThat(new TrialProbe().ask(Wish.decode("vc1", Api.NVDEC, "ffff:00:00.0").word()).reason())
        .contains("nothing to decode: software of this build encodes no vc1");
  }

  @Test
  void whatNeverCameBack_leavesAMark_andWhatBrokeOrWasInterrupted_doesNot() {
    TrialStore store = new TrialStore(folder, "boot 1");
    store.begin("hung");
    store.end("hung", new Answer.Lacking(Why.HUNG, "did not answer within 10 s"));
    store.begin("broke");
    store.end("broke", new Answer.Lacking(Why.FAILED, "killed by signal 6"));
    store.begin("interrupted, or under way in another process");

    assertThat(store.unended("hung")).isPresent();
    assertThat(store.unended("broke")).isEmpty();
    assertThat(store.unended("interrupted, or under way in another process")).isEmpty();
    assertThat(
            new TrialStore(folder, "boot 2")
                .unended("interrupted, or under way in another process"))
        .as("the machine went down with it")
        .isPresent();
  }
}
