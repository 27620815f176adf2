package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Delivery;
import dev.penstock.model.Delivery.Encryption;
import dev.penstock.model.Delivery.Scheme;
import dev.penstock.model.Failure;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Planning.Planned;
import dev.penstock.model.Receipt;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliveringTest {
  private static final String KEY_ID = "00112233445566778899aabbccddeeff";

  private static Planning planning(Delivery delivery, VideoCodec codec, Form... forms) {
    LadderSpec spec =
        TestLadders.of(new LadderSpec.Rungs.Auto(), List.of(codec), forms).withDelivery(delivery);
    return LadderPlanner.plan(
        spec, TestMedia.of(new Pictures().size(640, 360)).info(), TestBuild.GPL, Optional.empty());
  }

  private static Delivery encrypted(Scheme scheme, String key, Optional<String> url) {
    return Delivery.PLAIN.encrypted(new Encryption(scheme, key, KEY_ID, url));
  }

  private static Plan.Presentation presentation(Planning planning) {
    return (Plan.Presentation) ((Planned) planning).plan().outputs().getFirst();
  }

  private static List<String> refusals(Planning planning) {
    return ((Planning.Refused) planning)
        .reasons().stream().map(Failure::diagnosis).map(Failure.Diagnosis::line).toList();
  }

  private static List<String> decided(Planning planning) {
    return ((Planned) planning)
        .receipt().decisions().stream().map(Receipt.Decision::subject).toList();
  }

  @Test
  void players_areToldTheKeysUrl() {
    Planning planning =
        planning(
            encrypted(Scheme.AES_128, "key.bin", Optional.of("key")), VideoCodec.H264, Form.HLS);

    assertThat(presentation(planning).protection())
        .contains(new Plan.Protection(Scheme.AES_128, KEY_ID, "key"));
    assertThat(decided(planning)).contains("encryption", "key for players", "layout", "captions");
  }

  @Test
  void aKeyFromAServer_isWherePlayersGetIt() {
    Planning planning =
        planning(
            encrypted(Scheme.CBCS, "https://keys/1", Optional.empty()),
            VideoCodec.HEVC,
            Form.HLS,
            Form.DASH);

    assertThat(presentation(planning).protection())
        .map(Plan.Protection::keyUrl)
        .contains("https://keys/1");
  }

  @Test
  void aKeyFromAFile_needsAUrl() {
    assertThat(
            refusals(
                planning(
                    encrypted(Scheme.CBCS, "key.bin", Optional.empty()),
                    VideoCodec.H264,
                    Form.HLS)))
        .singleElement()
        .asString()
        .contains("players would not know where the key is", "--key-url");
  }

  @Test
  void aUrlThatWouldBreakAPlaylist_isRefused() {
    assertThat(
            refusals(
                planning(
                    encrypted(Scheme.CBCS, "key.bin", Optional.of("a \"b\"")),
                    VideoCodec.H264,
                    Form.HLS)))
        .singleElement()
        .asString()
        .contains("is no URL");
  }

  @Test
  void wholeSegments_areNotForDash() {
    assertThat(
            refusals(
                planning(
                    encrypted(Scheme.AES_128, "key.bin", Optional.of("key")),
                    VideoCodec.H264,
                    Form.HLS,
                    Form.DASH)))
        .singleElement()
        .asString()
        .contains("DASH cannot carry it", "--encrypt cbcs");
  }

  @Test
  void files_areNotEncrypted() {
    assertThat(
            refusals(
                planning(
                    encrypted(Scheme.CBCS, "key.bin", Optional.of("key")),
                    VideoCodec.H264,
                    Form.FILES)))
        .singleElement()
        .asString()
        .contains("--encrypt cbcs with --format files");
  }

  @Test
  void samplesOfAv1_areNotEncrypted() {
    Delivery delivery = encrypted(Scheme.CBCS, "key.bin", Optional.of("key"));

    assertThat(refusals(planning(delivery, VideoCodec.AV1, Form.HLS)))
        .anyMatch(line -> line.contains("AV1 cannot be encrypted by samples"));
  }

  @Test
  void layout_isForSegments() {
    Delivery files = Delivery.PLAIN.laidOut(Delivery.Layout.FILES);

    assertThat(presentation(planning(files, VideoCodec.H264, Form.DASH)).layout())
        .isEqualTo(Delivery.Layout.FILES);
    assertThat(refusals(planning(files, VideoCodec.H264, Form.FILES)))
        .singleElement()
        .asString()
        .contains("--layout files");
  }
}
