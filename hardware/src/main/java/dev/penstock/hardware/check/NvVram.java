package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlFacts.Vram;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Free memory, and who uses the rest. */
record NvVram() implements GpuCheck {
  private static final long MIB = 1L << 20;
  private static final long LEAST = 256;
  private static final long ENOUGH = 512;
  private static final int MOST_NAMES = 4;

  @Override
  public String id() {
    return "nv.vram";
  }

  @Override
  public String title() {
    return "free memory";
  }

  @Override
  public String rule() {
    return "At least 512 MiB are free. A session of 1080p takes about 200 MiB, one of 4K"
        + " about 700 MiB.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetMemoryInfo_v2, nvmlDeviceGetComputeRunningProcesses_v3; the"
        + " limits are our own choice";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.memory()) {
      case Absent<Vram> absent -> Nvidia.unread(found, "size of its memory", absent);
      case Present<Vram>(Vram memory, String source) ->
          judged(
              memory,
              gpu.processes().toOptional().orElse(List.of()),
              found.seen(source, memory.free() + " of " + memory.total() + " bytes free"));
    };
  }

  private static Finding judged(Vram memory, List<GpuProcess> users, Found found) {
    long free = memory.free() / MIB;
    String words =
        free
            + " of "
            + memory.total() / MIB
            + " MiB free"
            + (users.isEmpty() ? "" : "; used by " + names(users));
    if (free >= ENOUGH) {
      return found.pass(words);
    }
    found.remedy(Remedy.command("See who uses it, and end what is not needed.", "nvidia-smi"));
    return free < LEAST
        ? found.fail(words, "New sessions on it fail with out of memory.")
        : found.warn(words, "There is room for a session or two of 1080p, for none of 4K.");
  }

  private static String names(List<GpuProcess> users) {
    String names =
        users.stream()
            .sorted(Comparator.comparingLong(NvVram::bytes).reversed())
            .limit(MOST_NAMES)
            .map(NvVram::name)
            .collect(Collectors.joining(", "));
    return users.size() > MOST_NAMES
        ? names + " and " + (users.size() - MOST_NAMES) + " more"
        : names;
  }

  private static String name(GpuProcess user) {
    return user.name().toOptional().orElse("a process")
        + " (pid "
        + user.pid()
        + user.memory().toOptional().map(bytes -> ", " + bytes / MIB + " MiB").orElse("")
        + ")";
  }

  private static long bytes(GpuProcess user) {
    return user.memory().toOptional().orElse(0L);
  }
}
