package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.planner.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The turns of one piece on GPUs whose driver limits its sessions: it waits for as many as it has
 * encoders, holds them while it works, and tells others what it learns. Of one thread, but for what
 * is shown.
 */
final class Turns implements AutoCloseable {
  /** For work without such GPUs, or without others to share them with. */
  static final Turns FREE = new Turns("", 0, Duration.ZERO, null, Map.of());

  private static final long POLL_MILLIS = 200;

  /** What was learnt longer ago is tried again by who has waited as long. */
  private static final Duration DOUBT = Duration.ofMinutes(1);

  private final String who;
  private final int needed;
  private final Duration most;
  private final @Nullable SessionSlots slots;
  private final Map<Turns, String> waiting;
  private @Nullable Long since;
  private SessionSlots.@Nullable Hold hold;
  private @Nullable Pipeline pipeline;
  private boolean told;

  private Turns(
      String who,
      int needed,
      Duration most,
      @Nullable SessionSlots slots,
      Map<Turns, String> waiting) {
    this.who = who;
    this.needed = needed;
    this.most = most;
    this.slots = slots;
    this.waiting = waiting;
  }

  /**
   * Of a piece.
   *
   * @param waiting where it is said why it waits, while it does
   */
  static Turns of(
      Plan plan, Piece piece, Optional<Engine.Sessions> sessions, Map<Turns, String> waiting) {
    int needed =
        (int)
            piece.slots(plan).stream()
                .filter(slot -> plan.tracks().get(slot) instanceof Plan.EncodeVideo)
                .count();
    Plan.Acceleration gpus = plan.acceleration().orElseThrow();
    boolean limited =
        gpus.encoding().filter(Api.NVENC::equals).isPresent()
            && gpus.seats().stream().anyMatch(seat -> !seat.unlimited());
    if (!limited || sessions.isEmpty()) {
      return FREE;
    }
    try {
      SessionSlots slots = SessionSlots.in(sessions.get().folder());
      String who = gpus.seats().getFirst().name();
      return new Turns(who, needed, sessions.get().most(), slots, waiting);
    } catch (IOException _) {
      return FREE; // the driver still says when there are too many
    }
  }

  /**
   * Waits until the sessions are free, and takes them.
   *
   * @param stopped whether to wait no longer
   * @param story what went before, for the failure
   * @throws NoGpuLeft when they have not become free for too long
   */
  void await(BooleanSupplier stopped, Supplier<List<String>> story) {
    if (slots == null) {
      return;
    }
    long began = System.nanoTime();
    try {
      while (!stopped.getAsBoolean()) {
        Duration waited = waited();
        SessionSlots.Answer answer = slots.take(needed, doubted(waited));
        if (answer.hold().isPresent()) {
          hold = answer.hold().get();
          told = false;
          return;
        }
        since = since == null ? Long.valueOf(began) : since;
        waitFor(answer.busy(), waited, story);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Aborted();
    } finally {
      waiting.remove(this);
    }
  }

  private Duration waited() {
    return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  private static Instant doubted(Duration waited) {
    return waited.compareTo(DOUBT) < 0 ? Instant.MIN : Instant.now().minus(DOUBT);
  }

  private void waitFor(SessionSlots.Busy busy, Duration waited, Supplier<List<String>> story)
      throws InterruptedException {
    String why =
        "its driver opens "
            + busy.limit()
            + " at once for all programs, as was found"
            + (busy.stuck() == 0 ? "" : ", and " + busy.stuck() + " of them hang");
    Recovery action =
        Recovery.of(
            new Recovery.Waiting(needed, busy.limit(), busy.own(), busy.stuck(), waited, most));
    if (action == Recovery.NEXT_WAY) {
      Failure failure = Failures.noSession(who, needed, why, waited);
      List<String> told = new ArrayList<>(story.get());
      told.add(who + ": " + failure.diagnosis().problem() + ": " + why);
      throw new NoGpuLeft(failure, told);
    }
    if (busy.own() == 0 && busy.limit() < SessionSlots.MOST) {
      waiting.put(this, "for " + needed + " encode sessions of " + who + ": " + why);
    }
    Thread.sleep(POLL_MILLIS);
  }

  /** The pipeline that works now. */
  void watch(Pipeline working) {
    if (hold != null) {
      pipeline = working;
      hold.watch(working.accounts()::encoders);
    }
  }

  /** Tells, once all encoders are open, that so many sessions may be. Now and then, and at last. */
  void look() {
    if (hold != null && pipeline != null && !told && pipeline.accounts().encoders() >= needed) {
      told = true;
      hold.worked();
    }
  }

  /** Whether it failed because of the limit, and others know it now. */
  boolean refused(FailureException fault) {
    return hold != null
        && fault.getCause() instanceof AvException cause
        && cause.kind() == AvException.Kind.SESSION_LIMIT
        && hold.refused();
  }

  /** Gives the sessions back. */
  void leave() {
    if (hold != null) {
      hold.close();
      hold = null;
    }
  }

  /** What hangs keeps its sessions up to the end of the process. */
  void abandon() {
    if (hold != null) {
      hold.abandon();
      hold = null;
    }
  }

  @Override
  public void close() {
    leave();
    if (slots != null) {
      slots.close();
    }
  }
}
