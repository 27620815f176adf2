package dev.penstock.hardware.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.trial.Fingerprint;
import dev.penstock.hardware.trial.TrialStore;
import dev.penstock.lab.Lab;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Device;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The GPUs of a machine that libraries of the lab play. */
@Timeout(120)
class InventoryTest {
  private static final String GPU = "0000:3b:00.0";

  @TempDir Path folder;

  @Test
  void withoutAGpu_nothingIsAsked_norKept() throws IOException {
    Files.createDirectories(root().resolve("sys/bus/pci/devices"));

    assertThat(inventory().devices()).isEmpty();
    assertThat(cache()).doesNotExist();
  }

  @Test
  void whatWasAnswered_isKept_untilTheDriverChanges() throws IOException {
    machine("570.133.20");
    List<Device> asked = inventory().devices();
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().of(Direction.ENCODE, "h264").getFirst().evidence())
        .isEqualTo(Evidence.PROBED);

    Files.delete(libraries().resolve("libcuda.so.1"));

    assertThat(inventory().devices()).isEqualTo(asked);
    driver("580.65.06");
    assertThat(inventory().devices()).isEmpty();
  }

  @Test
  void aLookWithGaps_doesNotReplaceAWholeOne_andIsTold() throws IOException {
    machine("570.133.20");
    Path cuda = libraries().resolve("libcuda.so.1");
    Files.move(cuda, libraries().resolve("aside"));
    Files.writeString(cuda, "no library");
    assertThat(inventory().known(_ -> {}).gap()).isPresent();

    Files.move(libraries().resolve("aside"), cuda, StandardCopyOption.REPLACE_EXISTING);
    List<Device> whole = inventory().map().devices();
    assertThat(whole.getFirst().of(Direction.ENCODE, "h264")).isNotEmpty();

    Files.writeString(cuda, "no library");
    assertThat(inventory().map().devices()).as("what is just now").isNotEqualTo(whole);
    assertThat(inventory().devices()).as("what is known").isEqualTo(whole);
  }

  @Test
  void whatTrialsShowed_isInIt() throws IOException {
    machine("570.133.20");
    TrialStore store = TrialStore.in(Inventory.trials(cache()));
    end(store, "h264_nvenc", given("h264_nvenc", "\"framesPerSecond\":700.4"));
    end(store, "hevc_nvenc", given("hevc_nvenc", "\"reason\":\"no capable device\""));
    end(store, "av1_nvenc", new Answer.Lacking(Why.HUNG, "did not answer within 10 s"));

    Device device = inventory().devices().getFirst();

    Capability h264 = device.of(Direction.ENCODE, "h264").getFirst();
    assertThat(h264.evidence()).isEqualTo(Evidence.PROVED);
    assertThat(h264.source()).isEqualTo("trial encode with h264_nvenc, 700 fps at 640x360");
    assertThat(h264.bFrames()).hasValue(4);
    Capability hevc = device.of(Direction.ENCODE, "hevc").getFirst();
    assertThat(hevc.evidence()).isEqualTo(Evidence.PROBED);
    assertThat(hevc.failure()).contains("no capable device");
    assertThat(device.of(Direction.ENCODE, "av1").getFirst().failure())
        .hasValueSatisfying(why -> assertThat(why).startsWith("the trial never came back"));
  }

  @Test
  void whatWasNeverTried_isTriedOnce() throws IOException {
    machine("570.133.20");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "the lab encodes with x264");
    TrialStore store = TrialStore.in(Inventory.trials(cache()));
    for (String known :
        List.of("hevc_nvenc", "av1_nvenc", "hevc_nvdec", "av1_nvdec", "vp9_nvdec")) {
      end(store, known, given(known, "\"reason\":\"not here\""));
    }
    List<String> tried = new ArrayList<>();

    List<Device> proved = inventory().proved(wish -> tried.add(wish.word()));

    assertThat(tried).containsExactly("h264_nvdec@" + GPU, "h264_nvenc@" + GPU);
    assertThat(proved.getFirst().of(Direction.ENCODE, "h264").getFirst().evidence())
        .isEqualTo(Evidence.PROVED);
    assertThat(proved.getFirst().of(Direction.DECODE, "h264").getFirst().evidence())
        .isEqualTo(Evidence.PROVED);
    assertThat(proved.getFirst().of(Direction.ENCODE, "hevc").getFirst().failure())
        .contains("not here");

    assertThat(inventory().proved(wish -> tried.add(wish.word()))).isEqualTo(proved);
    assertThat(tried).hasSize(2);
  }

  @Test
  void withoutAPlaceForWhatHangs_nothingIsTried() throws IOException {
    machine("570.133.20");
    Files.writeString(cache(), "a file, where a folder is wanted");
    List<String> tried = new ArrayList<>();

    assertThat(inventory().proved(wish -> tried.add(wish.word()))).hasSize(1);
    assertThat(tried).isEmpty();
  }

  @Test
  void aKeptAnswer_thatIsDamaged_isAskedAgain() throws IOException {
    machine("570.133.20");
    Files.createDirectories(cache());
    Files.writeString(cache().resolve("devices-" + fingerprint().word() + ".json"), "{\"dev");

    assertThat(inventory().devices()).hasSize(1);
  }

  @Test
  void aFolderThatCannotBeWritten_isNoObstacle() throws IOException {
    machine("570.133.20");
    Files.writeString(cache(), "a file, where a folder is wanted");

    assertThat(inventory().devices()).hasSize(1);
  }

  private void end(TrialStore store, String encoder, Answer answer) {
    String key = TrialStore.key(encoder + "@" + GPU, fingerprint().word());
    store.begin(key);
    store.end(key, answer);
  }

  private static Answer given(String encoder, String result) {
    return new Answer.Given(
        "{\"encoder\":\"%s\",\"codec\":\"\",\"hardware\":true,\"elapsed\":\"PT1S\",%s}"
            .formatted(encoder, result),
        Duration.ofSeconds(1));
  }

  private Inventory inventory() {
    return new Inventory(
        new Children(Map.of("LD_LIBRARY_PATH", libraries().toString())),
        fingerprint(),
        Optional.of(cache()),
        InstantSource.system());
  }

  private Fingerprint fingerprint() {
    return new Fingerprint(Root.of(root()), Map.of());
  }

  private void machine(String driver) throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Lab.video(
        libraries(),
        Lab.text("l40s.video"),
        "libcuda.so.1",
        "libnvidia-encode.so.1",
        "libnvcuvid.so.1");
    Path gpu = Files.createDirectories(root().resolve("sys/bus/pci/devices").resolve(GPU));
    Files.writeString(gpu.resolve("class"), "0x030200\n");
    Files.writeString(gpu.resolve("vendor"), "0x10de\n");
    Files.writeString(gpu.resolve("device"), "0x26b9\n");
    driver(driver);
  }

  private void driver(String version) throws IOException {
    Path file = root().resolve("proc/driver/nvidia/version");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "NVRM version: NVIDIA UNIX x86_64 Kernel Module  " + version + "\n");
  }

  private Path root() {
    return folder.resolve("root");
  }

  private Path libraries() {
    return folder.resolve("lib");
  }

  private Path cache() {
    return folder.resolve("cache");
  }
}
