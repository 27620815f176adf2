package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Lab;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The handles on a GPU of the lab: libav's own CUDA and NVENC wrappers run, on libraries that play
 * the driver. In a process of its own, whose loader finds those first.
 */
class LabGpuTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = LabGpu.class,
      names = {"LOST_.*", "TOO_.*", "MEMORY_.*"},
      mode = EnumSource.Mode.MATCH_NONE)
  void works(LabGpu trial) throws Exception {
    passes(trial, "");
  }

  @Test
  void gpuLostWhileEncoding_isToldSo() throws Exception {
    passes(LabGpu.LOST_WHILE_ENCODING, "0 nvEncEncodePicture from 10 5\n");
  }

  @Test
  void gpuLostWhileDownloading_isToldSo() throws Exception {
    passes(LabGpu.LOST_WHILE_DOWNLOADING, "0 cuMemcpy2DAsync from 5 719\n");
  }

  @Test
  void gpuLostWhileUploading_isToldSo() throws Exception {
    passes(LabGpu.LOST_WHILE_UPLOADING, "0 cuMemcpy2DAsync from 3 700\n");
  }

  @Test
  void oneSessionTooMany_isToldSo() throws Exception {
    passes(LabGpu.TOO_MANY_SESSIONS, "0 nvEncOpenEncodeSessionEx from 3 10\n");
  }

  @Test
  void fullMemory_isToldSo() throws Exception {
    passes(LabGpu.MEMORY_FULL, "0 cuMemAlloc 2\n");
  }

  private void passes(LabGpu trial, String more) throws Exception {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "the lab's GPUs encode with libx264");
    Lab.video(
        folder,
        Lab.text("l40s.video") + more,
        "libcuda.so.1",
        "libnvidia-encode.so.1",
        "libnvcuvid.so.1");
    ProcessBuilder builder = new ProcessBuilder(command(trial)).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", folder.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static List<String> command(LabGpu trial) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The options with which this one was started, without what watches it.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-javaagent"))
        .forEach(command::add);
    Optional.ofNullable(System.getProperty("penstock.natives.fallback"))
        .ifPresent(fallback -> command.add("-Dpenstock.natives.fallback=" + fallback));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", classPath()),
            LabGpu.class.getName(),
            trial.name()));
    return command;
  }

  private static String classPath() {
    return System.getProperty("java.class.path", "." + File.pathSeparator);
  }
}
