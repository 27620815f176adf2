package dev.penstock.node.http;

import dev.penstock.node.JobId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What streams are told beside the events, and nobody keeps: how running jobs get on, and readings
 * of the devices. It is looked at while somebody watches, made into bytes once for all, and who is
 * slow is told the newest only. One thread looks; any thread asks.
 */
final class Live {
  static final Duration PERIOD = Duration.ofMillis(100);

  /** What goes on only; what begins is told at once. */
  private static final int LOOKS_PER_PROGRESS = 5;

  private static final int LOOKS_PER_READING = 10;

  private final Services services;
  private final Broadcast broadcast;
  private final Streams streams;
  private volatile List<Message> current = List.of();
  private Map<JobId, Told> told = new HashMap<>();
  private long edition;
  private long looks;

  private record Told(JobDetails.Running running, Message message) {
    /** Whether nothing has begun since that people wait for. */
    boolean isLike(JobDetails.Running now) {
      return running.progress().phase() == now.progress().phase()
          && (running.progress().fraction() > 0) == (now.progress().fraction() > 0);
    }
  }

  record ProgressView(String job, JobDetails.Progress progress) {}

  /** One message of a stream, for those who may see it. */
  static final class Message {
    private final long edition;
    private final Optional<JobId> job;
    private final Function<Principal, Optional<byte[]>> bytes;

    private Message(
        long edition, Optional<JobId> job, Function<Principal, Optional<byte[]>> bytes) {
      this.edition = edition;
      this.job = job;
      this.bytes = bytes;
    }

    /** Counts upwards: it is newer than any with a lower one. */
    long edition() {
      return edition;
    }

    Optional<JobId> job() {
      return job;
    }

    Optional<byte[]> bytes(Principal who) {
      return bytes.apply(who);
    }
  }

  Live(Services services, Broadcast broadcast, Streams streams) {
    this.services = services;
    this.broadcast = broadcast;
    this.streams = streams;
  }

  /** Those that hold now. */
  List<Message> current() {
    return current;
  }

  /** Called every {@link #PERIOD} by one thread. */
  void look() {
    if (streams.count() == 0) {
      told = new HashMap<>();
      current = List.of();
      looks = 0;
      return;
    }
    List<JobDetails.Running> running = services.details().running();
    boolean isTurn = looks % LOOKS_PER_PROGRESS == 0;
    Map<JobId, Told> now = new HashMap<>();
    boolean isNew = false;
    for (JobDetails.Running each : running) {
      Told before = told.get(each.job());
      boolean isSame =
          before != null && (isTurn ? before.running().equals(each) : before.isLike(each));
      now.put(each.job(), isSame ? before : told(each));
      isNew |= !isSame;
    }
    told = now;
    List<Message> messages = new ArrayList<>(now.values().stream().map(Told::message).toList());
    if (looks++ % LOOKS_PER_READING == 0) {
      messages.add(readings(tenants(running)));
      isNew = true;
    } else {
      current.stream().filter(each -> each.job().isEmpty()).forEach(messages::add);
    }
    current = List.copyOf(messages);
    if (isNew) {
      broadcast.nudge();
    }
  }

  private Told told(JobDetails.Running running) {
    byte[] bytes = bytes("progress", new ProgressView(running.job().value(), running.progress()));
    return new Told(
        running,
        new Message(
            ++edition,
            Optional.of(running.job()),
            who -> who.sees(running.tenant()) ? Optional.of(bytes) : Optional.empty()));
  }

  static Map<String, String> tenants(List<JobDetails.Running> running) {
    Map<String, String> tenants = new HashMap<>();
    running.forEach(each -> tenants.put(each.job().value(), each.tenant()));
    return tenants;
  }

  private Message readings(Map<String, String> tenants) {
    List<Devices.Status> devices = services.devices().devices();
    Map<String, byte[]> made = new ConcurrentHashMap<>();
    return new Message(
        ++edition,
        Optional.empty(),
        who ->
            Optional.of(
                made.computeIfAbsent(
                    who.tenant().orElse(""),
                    _ -> bytes("readings", Map.of("devices", veiled(devices, who, tenants))))));
  }

  /** Devices are no secret; what others do there is. */
  static List<Devices.Status> veiled(
      List<Devices.Status> devices, Principal who, Map<String, String> tenants) {
    return who.tenant().isEmpty()
        ? devices
        : devices.stream()
            .map(device ->
                device.with(
                    device.sessions().stream()
                        .map(session -> veiled(session, who, tenants))
                        .toList()))
            .toList();
  }

  private static Devices.Session veiled(
      Devices.Session session, Principal who, Map<String, String> tenants) {
    boolean isSeen = session.job().map(tenants::get).filter(tenant -> who.sees(tenant)).isPresent();
    return isSeen ? session : new Devices.Session(session.engine(), "", Optional.empty());
  }

  private static byte[] bytes(String event, Object data) {
    return ("event: " + event + "\ndata: " + Wire.JSON.writeValueAsString(data) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
