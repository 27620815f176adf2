package dev.penstock.planner.admission;

import dev.penstock.model.Demand;
import dev.penstock.model.Demand.Session;
import dev.penstock.model.GpuUse;
import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Fleet.Gpu;
import dev.penstock.planner.admission.Fleet.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A machine that tests make up: GPUs "a", "b", ... of one encoder engine and 16 GiB each. */
final class Node {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final long GIB = 1L << 30;

  /** Limits as they are by default; nothing is kept for anybody, and workers take no memory. */
  static final Policy PLAIN =
      new Policy(
          Policy.STANDARD.limits(),
          0,
          50,
          Policy.STANDARD.assumed(),
          0,
          25,
          Duration.ofMinutes(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(15),
          Policy.STANDARD.packing(),
          Policy.STANDARD.tenancy(),
          Policy.STANDARD.unread(),
          Policy.STANDARD.conceded());

  private final List<Gpu> gpus = new ArrayList<>();
  private final List<GpuUse> uses = new ArrayList<>();

  static Node of(String... keys) {
    Node node = new Node();
    for (String key : keys) {
      node.with(gpu(key, 1, uncapped()), use(key));
    }
    return node;
  }

  Node with(Gpu gpu, GpuUse use) {
    gpus.add(gpu);
    uses.add(use);
    return this;
  }

  /** With another reading of a GPU. */
  Node reads(GpuUse use) {
    uses.removeIf(each -> each.gpu().equals(use.gpu()));
    uses.add(use);
    return this;
  }

  Fleet fleet() {
    return new Fleet(gpus, uses, Host.of(64));
  }

  static Gpu gpu(String key, int engines, Reading<Integer> cap) {
    return new Gpu(
        key,
        "Test GPU",
        Optional.of("NVIDIA 570.1"),
        Reading.of(engines, "a test"),
        Reading.of(engines, "a test"),
        Reading.of(16 * GIB, "a test"),
        Reading.of(10_000_000_000L, "a test"),
        cap);
  }

  static Reading<Integer> uncapped() {
    return absent(Why.UNSUPPORTED);
  }

  static <T> Reading<T> absent(Why why) {
    return Reading.absent(why, "nvmlDeviceGet", "answered " + why);
  }

  static GpuUse use(String key) {
    return use(key, Reading.of(0, "nvml"), Reading.of(0L, "nvml"), 0, 0);
  }

  static GpuUse use(
      String key, Reading<Integer> encoders, Reading<Long> memory, int sessions, int foreign) {
    return use(
        key, NOW, encoders, memory, Reading.of(sessions, "nvml"), Reading.of(foreign, "nvml"));
  }

  static GpuUse use(
      String key,
      Instant at,
      Reading<Integer> encoders,
      Reading<Long> memory,
      Reading<Integer> sessions,
      Reading<Integer> foreign) {
    return new GpuUse(
        key,
        at,
        encoders,
        Reading.of(0, "nvml"),
        Reading.of(0, "nvml"),
        memory,
        Reading.of(16 * GIB, "nvml"),
        Reading.of(0L, "nvml"),
        sessions,
        foreign,
        Reading.of(false, "nvml"),
        Optional.empty());
  }

  static GpuUse busy(String key, int encoders, int decoders, int shaders, long memory) {
    GpuUse idle = use(key);
    return new GpuUse(
        key,
        NOW,
        Reading.of(encoders, "nvml"),
        Reading.of(decoders, "nvml"),
        Reading.of(shaders, "nvml"),
        Reading.of(memory, "nvml"),
        idle.total(),
        idle.bus(),
        idle.sessions(),
        idle.foreignSessions(),
        idle.hot(),
        Optional.empty());
  }

  static GpuUse closed(String key, boolean hot, Optional<String> why) {
    GpuUse idle = use(key);
    return new GpuUse(
        key,
        NOW,
        idle.encoders(),
        idle.decoders(),
        idle.shaders(),
        idle.memory(),
        idle.total(),
        idle.bus(),
        idle.sessions(),
        idle.foreignSessions(),
        Reading.of(hot, "nvml"),
        why);
  }

  /** Renditions that each take so much of an encoder, in percent, and memory. */
  static Demand demand(int renditions, int percent, long memory) {
    return demand(renditions, percent, memory, /* elastic= */ false);
  }

  static Demand demand(int renditions, int percent, long memory, boolean elastic) {
    Load load = new Load(percent * 10L, 0, 0, memory, 0, 1, 0);
    List<Session> sessions =
        IntStream.range(0, renditions)
            .mapToObj(track -> new Session(track, "rendition " + track, load))
            .toList();
    return new Demand(Load.NONE, sessions, 100, elastic, List.of());
  }

  /** What a worker had when it died comes back with its jobs. */
  static List<Lease> crash(Desk desk, String tenant, String gpu) {
    return desk.ledger().leases().stream()
        .filter(lease -> lease.holder().tenant().equals(tenant))
        .filter(lease -> lease.gpu().equals(Optional.of(gpu)))
        .map(lease -> lease.holder().job())
        .distinct()
        .flatMap(job -> desk.refundJob(job).stream())
        .toList();
  }

  static Request live(String job, Demand demand, String... gpus) {
    return request(job, Urgency.LIVE, demand, gpus);
  }

  static Request batch(String job, Demand demand, String... gpus) {
    return request(job, Urgency.BATCH, demand, gpus);
  }

  static Request request(String job, Urgency urgency, Demand demand, String... gpus) {
    return new Request(job, "house", urgency, 50, NOW, Optional.empty(), demand, List.of(gpus));
  }

  static Request of(
      String job,
      String tenant,
      Urgency urgency,
      int priority,
      Instant since,
      Demand demand,
      String... gpus) {
    return new Request(
        job, tenant, urgency, priority, since, Optional.empty(), demand, List.of(gpus));
  }
}
