package dev.penstock.hardware.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.model.Reading.Why;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
