package dev.penstock.hardware.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.telemetry.GpuSample.Vendor;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Why;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AMD's and Intel's GPUs, from trees made after the kernel's documentation. */
class DrmSourceTest {
  private static final String RENDER = "/dev/dri/renderD128";
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path root;
  private DrmTree tree;

  @BeforeEach
  void makeTree() {
    tree = new DrmTree(root);
  }

  @Test
  void amd_isReadFromItsFiles() {
    tree.card(0, "amdgpu", "0000:03:00.0")
        .file(0, "product_name", "Radeon RX 7900 XTX\n")
        .file(0, "unique_id", "1234567890abcdef\n")
        .file(0, "gpu_busy_percent", "42\n")
        .file(0, "mem_info_vram_total", "25753026560\n")
        .file(0, "mem_info_vram_used", "1073741824\n")
        .file(0, "current_link_speed", "16.0 GT/s PCIe\n")
        .file(0, "current_link_width", "16\n")
        .file(0, "hwmon/hwmon3/temp1_input", "61000\n")
        .file(0, "hwmon/hwmon3/temp1_crit", "100000\n")
        .file(0, "hwmon/hwmon3/temp3_input", "74000\n")
        .file(0, "hwmon/hwmon3/power1_average", "215000000\n")
        .file(0, "hwmon/hwmon3/power1_cap", "339000000\n")
        .file(0, "hwmon/hwmon3/freq1_input", "2300000000\n");
    GpuSample gpu = only(new DrmSource(root), NOON);
    assertThat(gpu.id().vendor()).isEqualTo(Vendor.AMD);
    assertThat(gpu.id().name().toOptional()).contains("Radeon RX 7900 XTX");
    assertThat(gpu.id().key()).isEqualTo("1234567890abcdef");
    assertThat(gpu.load(Engine.GRAPHICS).toOptional()).contains(42);
    assertThat(gpu.memory().free().toOptional()).contains(24_679_284_736L);
    assertThat(gpu.bus().generation().toOptional()).contains(4);
    assertThat(gpu.thermal().gpu().toOptional()).contains(61);
    assertThat(gpu.thermal().memory().toOptional()).contains(74);
    assertThat(gpu.thermal().slowdown().toOptional()).contains(100);
    assertThat(gpu.power().draw().toOptional()).hasValueSatisfying(close(215));
    assertThat(gpu.power().limit().toOptional()).hasValueSatisfying(close(339));
    assertThat(gpu.clocks().graphics().toOptional()).contains(2300);
    assertThat(gpu.isUp()).isTrue();
  }

  @Test
  void loadsOfEngines_areDifferences_andClientsCountOnce() {
    tree.card(0, "amdgpu", "0000:03:00.0");
    DrmSource source = new DrmSource(root);
    tree.client(7, 5, RENDER, amdClient(1, 1_000_000_000L, 0))
        .client(7, 6, RENDER, amdClient(1, 1_000_000_000L, 0))
        .client(8, 5, RENDER, amdClient(2, 0, 400_000_000L));
    assertThat(only(source, NOON).load(Engine.ENCODER))
        .isInstanceOfSatisfying(
            Absent.class, absent -> assertThat(absent.why()).isEqualTo(Why.NOT_ASKED));
    tree.client(7, 5, RENDER, amdClient(1, 1_600_000_000L, 0))
        .client(7, 6, RENDER, amdClient(1, 1_600_000_000L, 0))
        .client(8, 5, RENDER, amdClient(2, 0, 900_000_000L));
    GpuSample gpu = only(source, NOON.plusSeconds(2));
    assertThat(gpu.load(Engine.ENCODER).toOptional()).contains(30);
    assertThat(gpu.load(Engine.DECODER).toOptional()).contains(25);
    assertThat(gpu.processes().toOptional().orElseThrow())
        .extracting(process -> process.pid() + " " + process.memory().toOptional().orElseThrow())
        .containsExactly("7 1048576", "8 1048576");
  }

  @Test
  void capacity_isTheNumberOfEngines() {
    tree.card(1, "i915", "0000:00:02.0").cardFile(1, "gt_act_freq_mhz", "1300\n");
    DrmSource source = new DrmSource(root);
    String format =
        "drm-pdev:\t0000:00:02.0\ndrm-client-id:\t3\ndrm-engine-video:\t%d ns\n"
            + "drm-engine-capacity-video:\t2\ndrm-engine-render:\t0 ns\n";
    tree.client(7, 5, RENDER, String.format(format, 0));
    GpuSample before = only(source, NOON);
    tree.client(7, 5, RENDER, String.format(format, 1_000_000_000L));
    GpuSample gpu = only(source, NOON.plusSeconds(1));
    assertThat(gpu.id().vendor()).isEqualTo(Vendor.INTEL);
    assertThat(gpu.load(Engine.VIDEO).toOptional()).contains(50);
    assertThat(gpu.load(Engine.GRAPHICS).toOptional()).contains(0);
    assertThat(gpu.clocks().graphics().toOptional()).contains(1300);
    assertThat(gpu.id().key()).isEqualTo(before.id().key()).isEqualTo("0000:00:02.0");
  }

  @Test
  void xe_countsInCycles() {
    tree.card(0, "xe", "0000:04:00.0").file(0, "tile0/gt0/freq0/act_freq", "2400\n");
    DrmSource source = new DrmSource(root);
    String format =
        "drm-pdev:\t0000:04:00.0\ndrm-client-id:\t3\ndrm-cycles-vcs:\t%d\n"
            + "drm-total-cycles-vcs:\t%d\ndrm-total-vram0:\t512 MiB\n";
    tree.client(7, 5, RENDER, String.format(format, 1000, 5000));
    only(source, NOON);
    tree.client(7, 5, RENDER, String.format(format, 1900, 6000));
    GpuSample gpu = only(source, NOON.plusSeconds(1));
    assertThat(gpu.load(Engine.VIDEO).toOptional()).contains(90);
    assertThat(gpu.memory().used().toOptional()).contains(536_870_912L);
    assertThat(gpu.clocks().graphics().toOptional()).contains(2400);
  }

  @Test
  void othersAreNotTheirs() {
    tree.card(0, "nouveau", "0000:01:00.0").card(1, "amdgpu", "0000:03:00.0");
    tree.client(7, 5, "/dev/nothing", amdClient(1, 1, 1));
    List<GpuSample> gpus = new DrmSource(root).read(NOON).gpus();
    assertThat(gpus).hasSize(1);
    assertThat(gpus.getFirst().processes().toOptional()).contains(List.of());
  }

  @Test
  void withoutCards_theSourceSaysSo() {
    DrmSource source = new DrmSource(root);
    assertThat(source.needsTwoReadings()).isFalse();
    assertThat(source.read(NOON).gpus()).isEmpty();
    assertThat(source.read(NOON).state())
        .isInstanceOfSatisfying(
            Absent.class, absent -> assertThat(absent.why()).isEqualTo(Why.MISSING));
  }

  private static String amdClient(int id, long encoder, long decoder) {
    return "pos:\t0\ndrm-driver:\tamdgpu\ndrm-pdev:\t0000:03:00.0\ndrm-client-id:\t"
        + id
        + "\ndrm-memory-vram:\t1024 KiB\ndrm-engine-enc:\t"
        + encoder
        + " ns\ndrm-engine-dec:\t"
        + decoder
        + " ns\n";
  }

  private static Consumer<Double> close(double expected) {
    return value -> assertThat(value).isBetween(expected - 0.001, expected + 0.001);
  }

  private static GpuSample only(DrmSource source, Instant now) {
    List<GpuSample> gpus = source.read(now).gpus();
    assertThat(gpus).hasSize(1);
    return gpus.getFirst();
  }
}
