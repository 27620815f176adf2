package dev.penstock.node;

import dev.penstock.model.Failure;
import dev.penstock.node.worker.Result.Blame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What becomes of a job whose attempt did not succeed. Pure: the facts give the verdict. */
sealed interface Verdict {
  /** So many attempts that may have been its own fault end a job. */
  int MOST_TRIES = 5;

  /** What is killed from outside may well be somebody who restarts workers. */
  int MOST_KILLED = 20;

  int DEVICES_TO_BLAME_THE_INPUT = 2;
  Duration FIRST_DELAY = Duration.ofSeconds(5);
  Duration FIRST_DELAY_OF_KILLED = Duration.ofSeconds(1);
  int MOST_DOUBLINGS = 6;

  /**
   * It is queued, and nothing is held against it.
   *
   * @param alone whether it gets a worker of its own from now on, so that it is seen whether it is
   *     the cause
   */
  record Again(boolean alone) implements Verdict {}

  /** It is tried again after a while. */
  record Later(Duration delay) implements Verdict {}

  record Fail() implements Verdict {}

  /** Its input is to blame. */
  record SetAside(List<String> evidence) implements Verdict {
    public SetAside {
      evidence = List.copyOf(evidence);
    }
  }

  /**
   * What is known.
   *
   * @param death what the death of its worker says of it; empty where the worker lives
   * @param faulted evidence against the input, of each device that failed on it and still works
   *     otherwise, this one included
   * @param tries that were held against it before, without those on devices that are lost
   * @param elsewhere whether there is a device that it has not failed on
   * @param decoder whether it is a GPU's decoder that failed, and software has not decoded it yet
   *     for the same GPU to encode
   */
  record Facts(
      Failure failure,
      Optional<Blame> death,
      List<String> faulted,
      int tries,
      boolean elsewhere,
      boolean decoder) {
    public Facts {
      faulted = List.copyOf(faulted);
    }

    /** Where it is not the decoder. */
    Facts(
        Failure failure,
        Optional<Blame> death,
        List<String> faulted,
        int tries,
        boolean elsewhere) {
      this(failure, death, faulted, tries, elsewhere, /* decoder= */ false);
    }

    /** Whether a device, or what runs on it, failed on the input. */
    boolean isOfDevice() {
      return death.filter(blame -> blame == Blame.SOLE).isPresent()
          || (death.isEmpty() && failure instanceof Failure.DeviceLost);
    }
  }

  /** Decides as it is done when nobody says otherwise. */
  static Verdict of(Facts facts) {
    return of(facts, Retries.STANDARD);
  }

  /** Decides. */
  static Verdict of(Facts facts, Retries retries) {
    Optional<Blame> death = facts.death();
    if (death.isPresent()) {
      return switch (death.get()) {
        case NONE -> new Again(/* alone= */ false);
        case SHARED -> new Again(/* alone= */ true);
        case KILLED -> tried(facts, MOST_KILLED, FIRST_DELAY_OF_KILLED, retries.longest());
        case SOLE -> alive(facts, retries, /* mayPass= */ true);
      };
    }
    return alive(facts, retries, facts.failure().retry() != Failure.Retry.NEVER);
  }

  private static Verdict alive(Facts facts, Retries retries, boolean mayPass) {
    if (facts.decoder() && facts.tries() + 1 < retries.attempts()) {
      // Neither is the GPU given up yet, nor is the input to blame.
      return new Later(Duration.ZERO);
    }
    if (facts.isOfDevice() && facts.faulted().size() >= retries.devices()) {
      return new SetAside(facts.faulted());
    }
    boolean isHopeless = facts.failure() instanceof Failure.Unsupported && !facts.elsewhere();
    return mayPass && !isHopeless
        ? tried(facts, retries.attempts(), retries.first(), retries.longest())
        : new Fail();
  }

  private static Verdict tried(Facts facts, int most, Duration first, Duration longest) {
    if (facts.tries() + 1 >= most) {
      return new Fail();
    }
    boolean atOnce =
        facts.elsewhere()
            && (facts.isOfDevice()
                || (facts.death().isEmpty() && facts.failure().retry() == Failure.Retry.ELSEWHERE));
    Duration wait = delay(facts.tries(), first);
    Duration bounded = wait.compareTo(longest) < 0 ? wait : longest;
    return new Later(atOnce ? Duration.ZERO : bounded);
  }

  /** How long to wait after so many tries before the one that failed now. */
  static Duration delay(int tries, Duration first) {
    return first.multipliedBy(1L << Math.min(tries, MOST_DOUBLINGS));
  }
}
