package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.planner.Recovery;
import dev.penstock.planner.Recovery.Fault;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs of a run: which piece works on which, and what failed on them. Pieces go to the GPU with
 * the most free engines. Safe from any thread.
 */
final class Seats {
  private static final long POLL_MILLIS = 200;

  private final Map<Seat, Work> work = new LinkedHashMap<>();
  private final Map<String, History> pieces = new HashMap<>();
  private final SequencedMap<Told, Set<String>> story = new LinkedHashMap<>();

  private sealed interface Told {
    String text(Set<String> pieces);

    /**
     * What failed, the same for some pieces.
     *
     * @param done about it
     */
    record Failed(Seat seat, String why, String done) implements Told {
      @Override
      public String text(Set<String> pieces) {
        int more = pieces.size() - 1;
        String others = more == 0 ? "" : " and " + more + " other" + (more == 1 ? "" : "s");
        return seat + " failed in " + pieces.iterator().next() + others + ": " + why + "; " + done;
      }
    }

    /** Of a GPU, whatever piece was on it. */
    record OfGpu(String what) implements Told {
      @Override
      public String text(Set<String> pieces) {
        return what;
      }
    }
  }

  private static final class Work {
    private int running;
    private int most = Integer.MAX_VALUE;
    private int faults;
    private boolean gone;
    private Told.@Nullable Failed leaving;
  }

  private static final class History {
    private final Set<Seat> failedOn = new HashSet<>();
    private int faults;
    private int waits;
  }

  Seats(Plan.Acceleration gpus) {
    gpus.seats().forEach(seat -> work.put(seat, new Work()));
  }

  /** How many pieces keep all engines busy. */
  synchronized int lanes() {
    return work.keySet().stream().mapToInt(Seat::engines).sum();
  }

  /**
   * A GPU for a piece, which waits until one has room.
   *
   * @param stopped whether to wait no longer
   * @return empty when it was stopped, or when no GPU is left that has not failed on the piece
   */
  synchronized Optional<Seat> take(Piece piece, BooleanSupplier stopped) {
    try {
      while (!stopped.getAsBoolean()) {
        List<Seat> usable = usable(piece);
        if (usable.isEmpty()) {
          return Optional.empty();
        }
        Optional<Seat> free = usable.stream().filter(this::hasRoom).min(this::compareLoad);
        if (free.isPresent()) {
          of(free.get()).running++;
          return free;
        }
        wait(POLL_MILLIS);
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Aborted();
    }
  }

  private int compareLoad(Seat one, Seat other) {
    // Cross-multiplied, so that 1 of 1 engines counts for more than 1 of 3.
    return Integer.compare(of(one).running * other.engines(), of(other).running * one.engines());
  }

  private boolean hasRoom(Seat seat) {
    return of(seat).running < of(seat).most;
  }

  private List<Seat> usable(Piece piece) {
    Set<Seat> failedOn = history(piece).failedOn;
    return work.entrySet().stream()
        .filter(entry -> !entry.getValue().gone && !failedOn.contains(entry.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The piece leaves the GPU, and has not failed on it. */
  synchronized void leave(Seat seat) {
    of(seat).running--;
    notifyAll();
  }

  /**
   * The piece leaves the GPU, as it failed on it: decides what becomes of both. In one step, so
   * that no other takes its place before it is known how many are too many.
   *
   * @param opens whether the GPU can be opened again
   * @param why for the report
   */
  synchronized Recovery failed(Piece piece, Seat seat, Fault fault, boolean opens, String why) {
    Work on = of(seat);
    on.running--;
    History history = history(piece);
    if (fault == Fault.LOST) {
      on.faults++;
      history.faults += opens ? 1 : 0;
    }
    boolean more = usable(piece).stream().anyMatch(other -> !other.equals(seat));
    Recovery action =
        Recovery.of(
            new Recovery.Facts(
                fault, opens, on.running, history.waits, history.faults, on.faults, more));
    switch (action) {
      case ELSEWHERE -> history.failedOn.add(seat);
      case WITHOUT_IT -> on.gone = true;
      case FEWER -> on.most = Math.max(1, Math.min(on.most, on.running));
      case LATER -> history.waits++;
      case IN_TURN, NEXT_WAY, QUARANTINE -> {}
    }
    tell(piece, new Told.Failed(seat, why, words(action, on)), action);
    notifyAll();
    return action;
  }

  /** What all pieces on a GPU that is lost fail with is one thing, whatever each ran into. */
  private void tell(Piece piece, Told.Failed told, Recovery action) {
    Work on = of(told.seat());
    if (action == Recovery.WITHOUT_IT && on.leaving == null) {
      on.leaving = told;
    }
    Told.Failed before = on.leaving;
    boolean isKnown =
        before != null && action != Recovery.NEXT_WAY && action != Recovery.QUARANTINE;
    story.computeIfAbsent(isKnown ? before : told, _ -> new LinkedHashSet<>()).add(piece.name());
  }

  private static String words(Recovery action, Work on) {
    return switch (action) {
      case ELSEWHERE -> "another GPU does it again";
      case WITHOUT_IT -> "another GPU does it again, and this one is left out from here on";
      case FEWER -> "it gets no more than " + on.most + " at once from here on";
      case LATER -> "tried again until others have left it";
      case IN_TURN -> "it gets its turn when a session is free";
      case NEXT_WAY -> "no GPU is left for it";
      case QUARANTINE ->
          "it is the second GPU that failed on it and works otherwise, so the input is to blame";
    };
  }

  private Work of(Seat seat) {
    return java.util.Objects.requireNonNull(work.get(seat));
  }

  private History history(Piece piece) {
    return pieces.computeIfAbsent(piece.name(), _ -> new History());
  }

  /** Adds to the story what is of no piece, unless it is in it. */
  synchronized void tell(String what) {
    Set<String> _ = story.computeIfAbsent(new Told.OfGpu(what), _ -> new LinkedHashSet<>());
  }

  /** What failed and what was done about it, in order. */
  synchronized List<String> story() {
    return story.entrySet().stream().map(each -> each.getKey().text(each.getValue())).toList();
  }
}
