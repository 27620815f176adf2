package dev.penstock.node;

import static dev.penstock.node.http.Metrics.Sample;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.penstock.node.http.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The daemon's own process, under the names that Prometheus' libraries give these figures. */
final class ProcessMetrics {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIBI = 1024;

  private ProcessMetrics() {}

  static void register(Metrics metrics, String version, Path data) {
    metrics.gauge(
        "penstock_build_info",
        "1; its labels say what runs",
        () -> List.of(Sample.of(1, version, Runtime.version().toString())),
        "version",
        "java");
    metrics.gauge(
        "penstock_data_free_bytes",
        "Free where jobs are kept",
        () -> List.of(Sample.of((double) data.toFile().getUsableSpace())));
    metrics.gauge(
        "penstock_data_size_bytes",
        "Size of the file system where jobs are kept",
        () -> List.of(Sample.of((double) data.toFile().getTotalSpace())));
    metrics.gauge(
        "process_start_time_seconds",
        "When the process began, since 1970",
        () -> List.of(Sample.of(ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS)));
    metrics.gauge("process_resident_memory_bytes", "Resident memory", ProcessMetrics::resident);
    metrics.counterOf(
        "process_cpu_seconds_total",
        "Processor time used",
        () -> system().stream().map(each -> Sample.of(each.getProcessCpuTime() / NANOS)).toList());
    metrics.gauge(
        "process_open_fds",
        "Open files",
        () ->
            system().stream()
                .map(each -> Sample.of((double) each.getOpenFileDescriptorCount()))
                .toList());
    metrics.gauge(
        "process_max_fds",
        "Files that may be open",
        () ->
            system().stream()
                .map(each -> Sample.of((double) each.getMaxFileDescriptorCount()))
                .toList());
    metrics.gauge(
        "jvm_memory_used_bytes", "Memory in use", () -> memory(MemoryUsage::getUsed), "area");
    metrics.gauge(
        "jvm_memory_max_bytes", "The most there may be", () -> memory(MemoryUsage::getMax), "area");
    metrics.gauge(
        "jvm_threads_current",
        "Platform threads",
        () -> List.of(Sample.of(ManagementFactory.getThreadMXBean().getThreadCount())));
    metrics.counterOf(
        "jvm_gc_collection_seconds_total",
        "Time that garbage collection took",
        () ->
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(each -> Sample.of(each.getCollectionTime() / MILLIS, each.getName()))
                .toList(),
        "gc");
  }

  private static List<UnixOperatingSystemMXBean> system() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? List.of(unix)
        : List.of();
  }

  private interface Amount {
    long of(MemoryUsage usage);
  }

  private static List<Sample> memory(Amount amount) {
    var memory = ManagementFactory.getMemoryMXBean();
    return List.of(
        Sample.of((double) amount.of(memory.getHeapMemoryUsage()), "heap"),
        Sample.of((double) amount.of(memory.getNonHeapMemoryUsage()), "nonheap"));
  }

  private static List<Sample> resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Sample.of((double) KIBI * Long.parseLong(line.replaceAll("\\D", ""))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
