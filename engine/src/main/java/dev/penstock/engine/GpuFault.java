package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Stage;
import dev.penstock.planner.Recovery.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What failures say of the GPU that was worked on. */
final class GpuFault {
  private static final Set<Stage> STAGES =
      Set.of(Stage.OPEN, Stage.DECODE, Stage.FILTER, Stage.ENCODE);

  private GpuFault() {}

  /** Empty where the GPU has nothing to do with it. */
  static Optional<Fault> of(Throwable error) {
    if (error instanceof FailureException e) {
      return e.getCause() instanceof AvException cause
          ? of(cause, e.failure())
          : e.failure() instanceof Failure.DeviceLost ? Optional.of(Fault.LOST) : Optional.empty();
    }
    return error instanceof AvException cause ? of(cause, null) : Optional.empty();
  }

  /** Whether a job ended as its GPUs could not do it. */
  static boolean ended(FailureException job) {
    return job.getCause() instanceof NoGpuLeft
        || (job.getCause() instanceof FailureException quarantined && of(quarantined).isPresent());
  }

  private static Optional<Fault> of(AvException cause, @Nullable Failure failure) {
    boolean ofPictures = failure == null || STAGES.contains(failure.diagnosis().stage());
    return switch (cause.kind()) {
      case DEVICE, DEVICE_LOST -> Optional.of(Fault.LOST);
      case DEVICE_MEMORY, SESSION_LIMIT -> Optional.of(Fault.FULL);
      case UNSUPPORTED -> Optional.of(Fault.UNABLE);
      // Drivers fail in ways that libav has no word for.
      case OTHER, IO -> ofPictures ? Optional.of(Fault.LOST) : Optional.empty();
      // A pool of surfaces that is of fixed size is empty.
      case NO_MEMORY -> ofPictures ? Optional.of(Fault.FULL) : Optional.empty();
      case INVALID_ARGUMENT, UNKNOWN_COMPONENT ->
          ofPictures ? Optional.of(Fault.UNABLE) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Opens a GPU for one session; null where pictures do not lie on it. */
  static @Nullable HwDevice open(Plan.Acceleration gpus, Seat seat, LogScope log) {
    try {
      return switch (gpus.surfaces()) {
        case CUDA -> HwDevice.cuda(seat.key(), log);
        case VAAPI -> HwDevice.open(HwDevice.Kind.VAAPI, node(seat), Map.of(), log);
        case QSV -> HwDevice.open(HwDevice.Kind.QSV, "", Map.of("child_device", node(seat)), log);
        case VULKAN -> HwDevice.open(HwDevice.Kind.VULKAN, seat.name(), Map.of(), log);
        case NONE -> null;
      };
    } catch (AvException e) {
      throw new FailureException(Failures.ofProcessing(seat.toString(), Stage.OPEN, e), e);
    }
  }

  private static String node(Seat seat) {
    return seat.node().orElse("");
  }

  /** A call has not returned; whether the GPU can be opened is not tried, as that may hang too. */
  static final class Unresponsive extends RuntimeException {
    Unresponsive(String message) {
      super(message);
    }
  }

  /** A GPU that does not return from a call. */
  static FailureException unresponsive(Seat seat, Stage stage, String problem) {
    return new FailureException(
        new Failure.DeviceLost(
            new Diagnosis(
                seat.toString(),
                stage,
                problem,
                "the GPU or its driver hangs",
                "run penstock faults to see what the driver reported; the machine may have to be"
                    + " restarted")),
        new Unresponsive(problem));
  }

  /** A patience, in seconds. */
  static String words(Duration patience) {
    return patience.toSeconds() + " s";
  }
}
