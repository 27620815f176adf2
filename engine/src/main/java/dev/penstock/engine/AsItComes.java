package dev.penstock.engine;

import dev.penstock.av.Interrupt;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.model.Plan;
import dev.penstock.model.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does a plan of one file on GPUs in one piece, and writes the file while it is encoded, beside its
 * name. When a GPU fails, the file is begun again: what was written of it before was never seen
 * under its name.
 */
final class AsItComes implements Shelf, AutoCloseable {
  private final Plan plan;
  private final Engine.Options options;
  private final Cancellation cancellation;
  private int begins;
  private @Nullable OutputFile file;
  private @Nullable Pipeline made;

  private AsItComes(Plan plan, Engine.Options options, Cancellation cancellation) {
    this.plan = plan;
    this.options = options;
    this.cancellation = cancellation;
  }

  /** Writes the file; empty when it was cancelled. */
  static Optional<Engine.Done> run(
      Plan plan,
      Input input,
      Engine.Options options,
      Cancellation cancellation,
      Verifier verifier,
      Engine.Ready ready) {
    long began = System.nanoTime();
    try (AsItComes own = new AsItComes(plan, options, cancellation);
        Lanes lanes = new Lanes(plan, _ -> plan, input, own, options, cancellation)) {
      lanes.run(List.of(new Piece.Whole()), /* more= */ false);
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      Accounts accounts = own.made().accounts();
      verifier.file(plan.file(), own.file().partial(), accounts, accounts);
      Verification verification = verifier.finish();
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      List<String> warnings = new ArrayList<>(accounts.warnings());
      warnings.addAll(lanes.warnings());
      Engine.Done done =
          new Engine.Done(
              accounts.results(),
              Duration.ofNanos(System.nanoTime() - began),
              lanes.firstPacket(),
              lanes.stageTimes(),
              warnings,
              Optional.empty(),
              List.of(),
              verifier.facts(),
              verification,
              Optional.empty());
      return Optional.of(Engine.settle(new Products.OneFile(own.file()), done, ready));
    }
  }

  private Pipeline made() {
    return Objects.requireNonNull(made, "nothing was made");
  }

  private OutputFile file() {
    return Objects.requireNonNull(file, "nothing was written");
  }

  @Override
  public boolean has(Piece piece) {
    return false;
  }

  @Override
  public Path kept(Piece piece) {
    throw new IllegalStateException("nothing is kept of " + piece);
  }

  @Override
  public Path path(Piece piece) {
    return Path.of(plan.file().path());
  }

  /** A file of another name: somebody who hangs may still write to the one before. */
  @Override
  public Place place(Piece piece) {
    if (file != null) {
      file.close();
    }
    String run = Leftovers.run(options.work()) + (begins++ == 0 ? "" : "-" + begins);
    OutputFile begun = OutputFile.beside(path(piece), options.overwrite(), run);
    file = begun;
    Interrupt writing = Interrupt.of(cancellation::isCancelled);
    try {
      LogScope log = LogScope.to(options.log());
      return new Muxing(Engine.createMuxer(plan.file(), begun.partial(), writing, log), writing);
    } catch (RuntimeException e) {
      writing.close();
      throw e;
    }
  }

  private final class Muxing implements Place {
    private final Muxer muxer;
    private final Interrupt writing;
    private boolean abandoned;

    Muxing(Muxer muxer, Interrupt writing) {
      this.muxer = muxer;
      this.writing = writing;
    }

    @Override
    public Destination destination() {
      return new Destination.Output(Path.of(plan.file().path()), muxer, plan.file());
    }

    @Override
    public void finish(Pipeline by) {
      made = by;
    }

    @Override
    public void abandon() {
      abandoned = true;
    }

    @Override
    public void close() {
      if (!abandoned) {
        try (writing) {
          muxer.close();
        }
      }
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
