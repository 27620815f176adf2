package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Libraries;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Report;
import dev.penstock.model.Segmentation.Segment;
import dev.penstock.model.Verification;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Does a plan in pieces: the segments of the pictures and what is not cut become a spool each, by
 * several lanes at once, and the outputs are made of the spools. Spools that are there from a run
 * before are taken as they are.
 */
final class InPieces {
  private static final int MOST_CORRECTIONS = 2;

  private final Plan plan;
  private final Plan first;
  private final Input input;
  private final Engine.Options options;
  private final Cancellation cancellation;
  private final Path folder;
  private final List<String> warnings = new ArrayList<>();
  private final Verifier verifier;
  private final Engine.Ready ready;
  private final long began = System.nanoTime();

  /**
   * Does {@code plan}.
   *
   * @param first what segments that are there may have been made by: the same plan, or one that
   *     {@linkplain Plan#encodesLike encodes like} it
   */
  InPieces(
      Plan plan,
      Plan first,
      Input input,
      Engine.Options options,
      Cancellation cancellation,
      Verifier verifier,
      Engine.Ready ready) {
    this.verifier = verifier;
    this.ready = ready;
    this.plan = plan;
    this.first = first;
    this.input = input;
    this.options = options;
    this.cancellation = cancellation;
    this.folder = folder(plan, options);
  }

  /** Where the spools of a plan lie. */
  static Path folder(Plan plan, Engine.Options options) {
    return options.work().orElseGet(() -> WorkFolder.beside(Path.of(plan.target())));
  }

  /** Writes the outputs; empty when it was cancelled. */
  Optional<Engine.Done> run() {
    checkFree();
    Packager.checkKey(plan, options.key());
    try (WorkFolder work = WorkFolder.open(folder, job())) {
      if (Products.restore(plan, runOf(folder))) {
        Products.checkFree(plan, options.overwrite());
      }
      List<Piece> pieces = pieces();
      PiecePlans plans = new PiecePlans(plan, work);
      try (Lanes lanes =
          new Lanes(plan, plans::of, input, new Spools(plan, work), options, cancellation)) {
        return run(pieces, plans, lanes, work);
      }
    } catch (Aborted _) {
      return Optional.empty();
    }
  }

  private Optional<Engine.Done> run(
      List<Piece> pieces, PiecePlans plans, Lanes lanes, WorkFolder work) {
    try {
      lanes.run(remaining(pieces, plans, lanes), /* more= */ false);
    } catch (Uncuttable e) {
      work.done(); // nobody goes on from there
      throw e;
    }
    checkStop();
    lanes.showEnd();
    Optional<Engine.Done> done = assemble(work, pieces, plans, lanes);
    if (done.isPresent()) {
      work.done(); // also of outputs that are wrong: another run must not be made of the same
    }
    return done;
  }

  /**
   * The pieces that are left to do once it is known what segments get of average bit rates. What is
   * not cut is done while that is found out.
   */
  private List<Piece> remaining(List<Piece> pieces, PiecePlans plans, Lanes lanes) {
    List<Piece> analyses = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Pictures(Segment segment)) {
        analyses.add(new Piece.Analysis(segment));
      }
    }
    if (analyses.isEmpty() || analyses.getFirst().slots(plan).isEmpty()) {
      return pieces;
    }
    List<Piece> pictures = new ArrayList<>(pieces);
    List<Piece> first = new ArrayList<>(pieces);
    first.removeIf(Piece.Pictures.class::isInstance);
    pictures.removeAll(first);
    first.addAll(analyses);
    lanes.run(first, /* more= */ true);
    checkStop();
    plans.budget(input.info());
    warnings.addAll(plans.warnings());
    return pictures;
  }

  private void checkStop() {
    if (cancellation.isCancelled()) {
      throw new Aborted();
    }
  }

  private List<Segment> segments() {
    return plan.segmentation().orElseThrow().segments();
  }

  /** What a run left behind that was killed when its outputs had their names goes now. */
  private void checkFree() {
    try {
      Products.checkFree(plan, options.overwrite());
    } catch (FailureException e) {
      WorkFolder.tidy(folder, Path.of(plan.target()), () -> Products.tidy(plan, runOf(folder)));
      throw e;
    }
  }

  private Optional<Engine.Done> assemble(
      WorkFolder work, List<Piece> pieces, PiecePlans plans, Lanes lanes) {
    Accounts accounts = new Accounts(plan, input.info());
    try (Assembly assembly = new Assembly(plan, pieces, work, cancellation::isCancelled);
        Products products = Products.beside(plan, options.overwrite(), runOf(folder))) {
      correct(assembly, plans, lanes);
      mend(assembly, lanes);
      warnings.addAll(plans.exceeded(assembly::bits));
      assembly.account(accounts);
      accounts.check();
      for (Plan.Output output : plan.outputs()) {
        write(output, assembly, products, accounts);
      }
      Verification verification = verifier.finish();
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      work.publishing(products.written());
      Engine.Done done = done(accounts, lanes, assembly, verification);
      return Optional.of(Engine.settle(products, done, ready));
    }
  }

  /** Until averages are kept, or asking for other rates has not helped. */
  private void correct(Assembly assembly, PiecePlans plans, Lanes lanes) {
    for (int i = 0; i < MOST_CORRECTIONS; i++) {
      List<Piece.Leaner> over = plans.corrections(assembly::bits);
      if (over.isEmpty()) {
        return;
      }
      lanes.run(over, /* more= */ false);
      checkStop();
      over.forEach(assembly::mend);
    }
  }

  /** In order: how full the buffer is at a joint follows from all that comes before it. */
  private void mend(Assembly assembly, Lanes lanes) {
    for (List<Piece.Again> late = assembly.late(); !late.isEmpty(); late = assembly.late()) {
      lanes.run(late, /* more= */ false);
      checkStop();
      late.forEach(assembly::mend);
    }
  }

  private void write(Plan.Output output, Assembly assembly, Products products, Accounts coded) {
    switch (output) {
      case Plan.File file -> write(file, assembly, products.partial(file.path()), coded);
      case Plan.Presentation presentation -> {
        Path partial = products.partial(presentation.path());
        Accounts muxed = muxed(presentation);
        new Packager(presentation, options.key(), assembly, partial, log(), muxed).write();
        verifier.presentation(presentation, partial, muxed, coded);
      }
      case Plan.Poster poster -> {
        Path partial = products.partial(poster.path());
        new Poster(poster, assembly, log()).write(partial);
        verifier.poster(poster, partial);
      }
      case Plan.Thumbnails thumbnails -> {
        Path partial = products.partial(thumbnails.path());
        new Thumbnails(thumbnails, assembly, log()).write(partial);
        verifier.thumbnails(thumbnails, partial);
      }
    }
  }

  private LogScope log() {
    return LogScope.to(options.log());
  }

  private void write(Plan.File file, Assembly assembly, Path partial, Accounts coded) {
    Accounts muxed = muxed(file);
    try (Interrupt writing = Interrupt.of(cancellation::isCancelled);
        Muxer muxer = Engine.createMuxer(file, partial, writing, LogScope.to(options.log()))) {
      assembly.write(file, muxer, muxed);
    } catch (AvException e) {
      // Whoever ends it now has libav give up in the middle of a call.
      checkStop();
      throw e;
    }
    verifier.file(file, partial, muxed, coded);
  }

  private Engine.Done done(
      Accounts accounts, Lanes lanes, Assembly assembly, Verification verification) {
    List<Report.Buffer> buffers = assembly.buffers();
    List<String> warnings = new ArrayList<>(accounts.warnings());
    warnings.addAll(lanes.warnings());
    warnings.addAll(this.warnings);
    buffers.stream().filter(b -> b.leastFullness() < 0).forEach(b -> warnings.add(late(b)));
    int segments = plan.segmentation().map(s -> s.segments().size()).orElse(1);
    return new Engine.Done(
        accounts.results(),
        Duration.ofNanos(System.nanoTime() - began),
        lanes.firstPacket(),
        lanes.stageTimes(),
        warnings,
        Optional.of(new Report.Pieces(segments, lanes.reused(), assembly.mended(), lanes.count())),
        buffers,
        verifier.facts(),
        verification,
        Optional.empty());
  }

  private String late(Report.Buffer buffer) {
    return "track "
        + buffer.track()
        + " of the plan: a picture comes late to a player that loads at "
        + buffer.rate()
        + " bit/s and holds no more than "
        + buffer.size()
        + " bits: the encoder could not keep to it; allow more bits, or smaller pictures";
  }

  /** What muxing counts on its own; what was coded is in the spools. */
  private Accounts muxed(Plan.Output file) {
    Accounts accounts = new Accounts(plan, input.info());
    for (int slot : file.tracks()) {
      accounts.open(slot, "muxed", "");
    }
    return accounts;
  }

  private List<Piece> pieces() {
    if (plan.segmentation().isEmpty()) {
      return List.of(new Piece.Whole());
    }
    List<Piece> pieces = new ArrayList<>();
    // First, because it takes as long as reading all of the input does.
    if (!new Piece.Rest().slots(plan).isEmpty()) {
      pieces.add(new Piece.Rest());
    }
    segments().forEach(segment -> pieces.add(new Piece.Pictures(segment)));
    return pieces;
  }

  /** Tells runs that share a work folder from others. */
  private static String runOf(Path folder) {
    return Leftovers.run(Optional.of(folder));
  }

  /**
   * Spools fit only the same tracks, made of the same input by the same build. Not the names of the
   * outputs: a folder may be called by several. A digest, because plans may hold passwords of URLs.
   */
  private static String build() {
    return Stream.of(Engine.class, Codecs.class)
        .map(InPieces::archive)
        .collect(Collectors.joining(" ", Libraries.identity() + " ", ""));
  }

  /** Size and time of the archive that holds a class: another build has others. */
  private static String archive(Class<?> of) {
    try {
      Path path = Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(path)
          ? Files.size(path) + "@" + Files.getLastModifiedTime(path).toMillis()
          : "classes";
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("the running program cannot be found", e);
    }
  }

  private String job() {
    String all =
        String.join(
            "\n",
            "penstock spools 2",
            build(),
            String.valueOf(first.tracks()),
            String.valueOf(first.segmentation()),
            String.valueOf(first.acceleration().map(Plan.Acceleration::ofModel)),
            first.input().start() + " " + first.input().duration() + " " + first.strict(),
            Spools.traits(first),
            input.identity());
    byte[] sum = Checksum.sha256().digest(all.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(sum) + "\n";
  }
}
