package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.engine.Appearance.Look;
import dev.penstock.engine.Appearance.Suspect;
import dev.penstock.engine.Expectations.Expected;
import dev.penstock.engine.Expectations.Kind;
import dev.penstock.model.FailureException;
import dev.penstock.model.Filter;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Metric;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Quality;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.NotChecked;
import dev.penstock.model.Verification.Result.Passed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decodes what was made, and holds its pictures against the source's. */
final class DecodedChecks {
  /** What leaves every picture what it was, and at its time, but for its size. */
  private static final Set<String> HARMLESS =
      Set.of("scale", "format", "setsar", "setparams", "transpose", "hflip", "vflip", "framestep");

  private static final Duration STRETCH = Duration.ofSeconds(2);

  /** Shorter sources are compared from beginning to end. */
  private static final Duration SHORT = Duration.ofSeconds(8);

  /** A tenth of what encoders need for something one can look at. */
  private static final double LEAST_BITS_A_PIXEL = 0.004;

  private static final double USUAL_RATE = 25;
  private static final long MOST_SHIFT_MICROS = 100_000;
  private static final int MOST_SUSPECTS = 5;

  private final Plan plan;
  private final Input source;
  private final Cancellation cancellation;
  private final Engine.Options options;
  private final List<Check> checks = new ArrayList<>();

  DecodedChecks(Plan plan, Input source, Engine.Options options, Cancellation cancellation) {
    this.plan = plan;
    this.source = source;
    this.options = options;
    this.cancellation = cancellation;
  }

  /**
   * Looks at the tracks of one file.
   *
   * @param path of the output, for people
   * @param tracks what the file holds
   * @param file where it lies
   * @param coded accounts of what was decoded of the source
   */
  List<Check> of(String path, List<Expected> tracks, Path file, Accounts coded) {
    try (Input written = open(file)) {
      Map<Expected, Track> pairs = pairs(tracks, written.info());
      Map<Expected, List<Look>> looks = decode(path, pairs, written);
      looks.forEach((track, seen) -> {
        if (!cancellation.isCancelled()) {
          note(
              path,
              track,
              "pictures against the source",
              against(new Made(path, track, file, seen), coded));
        }
      });
    } catch (FailureException e) {
      checks.add(
          new Check(
              path,
              Optional.empty(),
              "decoding",
              new Failed(e.failure().diagnosis().likelyCause(), "a file that can be read")));
    }
    return checks;
  }

  private Input open(Path file) {
    return Input.open(
        file.toString(), new Input.Options(Duration.ofSeconds(30), options.log()), cancellation);
  }

  private void note(String path, Expected track, String name, Result result) {
    checks.add(new Check(path, Optional.of(track.name()), name, result));
  }

  /** Tracks that were made here, and where they are in the file. */
  private static Map<Expected, Track> pairs(List<Expected> tracks, MediaInfo info) {
    Map<Expected, Track> pairs = new LinkedHashMap<>();
    for (Kind kind : List.of(Kind.VIDEO, Kind.AUDIO)) {
      List<Track> there = info.tracks().stream().filter(t -> Kind.of(t) == kind).toList();
      List<Expected> wanted = tracks.stream().filter(t -> t.kind() == kind).toList();
      for (int i = 0; i < Math.min(there.size(), wanted.size()); i++) {
        pairs.put(wanted.get(i), there.get(i));
      }
    }
    return pairs;
  }

  private Map<Expected, List<Look>> decode(String path, Map<Expected, Track> pairs, Input written) {
    Map<Expected, List<Look>> looks = new LinkedHashMap<>();
    List<Integer> made = new ArrayList<>();
    pairs.forEach((expected, track) -> {
      if (expected.encoded()) {
        made.add(track.index());
      } else {
        note(path, expected, "decoding", new NotChecked("it is copied, whatever is in it"));
      }
    });
    try (Viewing viewing = new Viewing(written, Set.copyOf(made))) {
      viewing.all(cancellation);
      pairs.forEach((expected, track) -> {
        if (expected.encoded()) {
          Viewing.Eye eye = viewing.eye(track.index());
          note(path, expected, "decoding", decoded(expected, eye));
          if (expected.kind() == Kind.VIDEO) {
            looks.put(expected, eye.looks());
          }
        }
      });
    } catch (AvException e) {
      checks.add(
          new Check(
              path,
              Optional.empty(),
              "decoding",
              new Failed(Viewing.words(e), "a file that can be decoded")));
    }
    return looks;
  }

  private static Result decoded(Expected expected, Viewing.Eye eye) {
    if (eye.damaged() > 0) {
      return new Failed(eye.damaged() + " places cannot be decoded", "none");
    }
    if (expected.kind() == Kind.AUDIO) {
      return new Passed("without an error");
    }
    int written = expected.written().size();
    return eye.frames() == written
        ? new Passed(written + " pictures")
        : new Failed(eye.frames() + " pictures", written + ", as many as were written");
  }

  /**
   * A track that was made here.
   *
   * @param path of the output, for people
   * @param file where it lies
   * @param looks of all its pictures
   */
  private record Made(String path, Expected expected, Path file, List<Look> looks) {}

  /** Whether the pictures are the source's; of starved ones nobody can tell. */
  private Result against(Made made, Accounts coded) {
    EncodeVideo video = (EncodeVideo) plan.tracks().get(made.expected().slot());
    Result result = held(made, coded);
    return result instanceof Failed && isStarved(video)
        ? new NotChecked("at a bit rate so low, pictures may lose all that they show")
        : result;
  }

  /** Whether so few bits a pixel are asked for that an encoder may leave pictures empty. */
  private static boolean isStarved(EncodeVideo video) {
    double pixels =
        (double) video.size().width()
            * video.size().height()
            * video.frameRate().map(Rational::value).orElse(USUAL_RATE);
    return Stream.of("b", "maxrate")
        .map(video.options()::get)
        .filter(rate -> rate != null && rate.matches("[1-9]\\d{0,17}"))
        .mapToDouble(Double::parseDouble)
        .anyMatch(rate -> rate / pixels < LEAST_BITS_A_PIXEL);
  }

  /** Whether the pictures are the source's. */
  private Result held(Made made, Accounts coded) {
    EncodeVideo video = (EncodeVideo) plan.tracks().get(made.expected().slot());
    Optional<String> why = incomparable(video, coded);
    if (why.isPresent()) {
      return new NotChecked(why.get());
    }
    // A part of a picture may be of one colour, or still, where the whole is not.
    Optional<Failed> odd = isCropped(video) ? Optional.empty() : odd(video, made);
    if (odd.isPresent()) {
      return odd.get();
    }
    Optional<String> changed = changed(video);
    if (changed.isPresent()) {
      return new NotChecked(changed.get());
    }
    Optional<Failed> order = order(video, made);
    return order.isPresent() ? order.get() : compare(video, made.file());
  }

  /** Containers begin a little later or earlier to make room for sound; see Comparability. */
  private List<Look> together(EncodeVideo video, List<Look> looks) {
    Optional<Duration> start = source.info().tracks().get(video.source()).stream().start();
    if (looks.isEmpty() || start.isEmpty()) {
      return looks;
    }
    long shift = start.get().toNanos() / 1000 - looks.getFirst().micros();
    return Math.abs(shift) > MOST_SHIFT_MICROS
        ? looks
        : looks.stream()
            .map(look -> new Look(look.micros() + shift, look.spread(), look.change()))
            .toList();
  }

  /** Whether the pictures of one stretch follow each other as in the source. */
  private Optional<Failed> order(EncodeVideo video, Made made) {
    boolean every = !Accounts.changesRate(plan, video);
    List<Comparison.Stretch> all = stretches(source.info());
    Comparison.Stretch stretch =
        all.isEmpty()
            ? new Comparison.Stretch(Duration.ZERO, Optional.of(SHORT))
            : all.get(all.size() / 2);
    long from = stretch.start().toNanos() / 1000;
    long to = from + stretch.duration().orElse(SHORT).toNanos() / 1000;
    try (Input again = source.reopened();
        Viewing viewing = new Viewing(again, Set.of(video.source()))) {
      viewing.part(from, to, cancellation);
      return every
          ? Appearance.order(together(video, made.looks()), viewing.eye(video.source()).looks())
          : Optional.empty();
    } catch (AvException e) {
      unread(made, "order of the pictures", Viewing.words(e));
      return Optional.empty();
    } catch (FailureException e) {
      unread(made, "order of the pictures", e.failure().diagnosis().likelyCause());
      return Optional.empty();
    }
  }

  private void unread(Made made, String name, String why) {
    String words = "the source cannot be read again: " + why;
    note(made.path(), made.expected(), name, new NotChecked(words));
  }

  /** Why nothing of the source can be held against it. */
  private Optional<String> incomparable(EncodeVideo video, Accounts coded) {
    Account account = coded.bySlot().get(slot(video));
    if (!source.info().seekable()) {
      return Optional.of("the source can be read only once");
    }
    if (account != null && account.in.damaged.get() > 0) {
      return Optional.of("the source is damaged");
    }
    if (account != null && account.reshaped.get() > 0) {
      return Optional.of("the pictures of the source change their size");
    }
    return source.demuxer().mayJump()
        ? Optional.of("times may jump in the source's container")
        : Optional.empty();
  }

  private boolean isCropped(EncodeVideo video) {
    return video.filters().stream().anyMatch(filter -> filter.name().equals("crop"))
        || (video.after().isPresent()
            && isCropped((EncodeVideo) plan.tracks().get(video.after().getAsInt())));
  }

  private int slot(EncodeVideo video) {
    return plan.tracks().indexOf(video);
  }

  /** Why single pictures cannot be held against the source's. */
  private Optional<String> changed(EncodeVideo video) {
    if (plan.input().start().isPresent()) {
      return Optional.of("--start begins within the source");
    }
    for (Filter filter : video.filters()) {
      if (!HARMLESS.contains(filter.name())) {
        return Optional.of("the pictures are changed by " + filter.name());
      }
    }
    return video.after().isPresent()
        ? changed((EncodeVideo) plan.tracks().get(video.after().getAsInt()))
        : Optional.empty();
  }

  /** Stretches of one colour, or without motion, where the source has others. */
  private Optional<Failed> odd(EncodeVideo video, Made made) {
    List<Suspect> suspects = Appearance.suspects(made.looks());
    long start = plan.input().start().map(d -> d.toNanos() / 1000).orElse(0L);
    for (Suspect suspect : suspects.stream().limit(MOST_SUSPECTS).toList()) {
      try (Input again = source.reopened();
          Viewing viewing = new Viewing(again, Set.of(video.source()))) {
        viewing.part(start + suspect.from(), start + suspect.to(), cancellation);
        Optional<Failed> guilty = Appearance.guilty(suspect, viewing.eye(video.source()).looks());
        if (guilty.isPresent()) {
          return guilty;
        }
      } catch (AvException e) {
        unread(made, "pictures of one colour or without motion", Viewing.words(e));
        return Optional.empty();
      } catch (FailureException e) {
        unread(
            made,
            "pictures of one colour or without motion",
            e.failure().diagnosis().likelyCause());
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Result compare(EncodeVideo video, Path file) {
    try (Input reference = source.reopened();
        Input copy = open(file)) {
      Comparison.Spec spec =
          new Comparison.Spec(
              Set.of(Metric.SSIM, Metric.PSNR),
              position(reference.info(), video.source()),
              0,
              stretches(reference.info()));
      return Comparison.of(reference, copy, spec, _ -> {}, cancellation)
          .map(this::judged)
          .orElseGet(() -> new NotChecked("it was interrupted"));
    } catch (FailureException e) {
      return new NotChecked(
          e.failure().diagnosis().problem() + ", " + e.failure().diagnosis().likelyCause());
    }
  }

  private Result judged(Quality quality) {
    return Appearance.alike(quality);
  }

  private static int position(MediaInfo info, int track) {
    List<Integer> tracks = info.video().stream().map(Track::index).toList();
    return tracks.indexOf(track);
  }

  /** At the beginning, in the middle, where segments are joined if they are, and near the end. */
  private List<Comparison.Stretch> stretches(MediaInfo reference) {
    Optional<Duration> known =
        plan.input().duration().or(reference::duration).filter(d -> d.compareTo(SHORT) > 0);
    if (known.isEmpty()) {
      return plan.input().duration().stream()
          .map(d -> new Comparison.Stretch(Duration.ZERO, Optional.of(d)))
          .toList();
    }
    Duration middle = joint().orElseGet(() -> known.get().dividedBy(2)).minusMillis(500);
    Duration end = known.get().minus(STRETCH.multipliedBy(2));
    List<Comparison.Stretch> stretches = new ArrayList<>();
    Duration reached = Duration.ZERO;
    for (Duration at : List.of(Duration.ZERO, middle, end)) {
      if (at.compareTo(reached) >= 0) {
        stretches.add(new Comparison.Stretch(at, Optional.of(STRETCH)));
        reached = at.plus(STRETCH);
      }
    }
    return stretches;
  }

  private Optional<Duration> joint() {
    return plan.segmentation()
        .filter(s -> s.segments().size() > 1)
        .map(s -> {
          var segment = s.segments().get(s.segments().size() / 2);
          return s.timeBase().toDuration(segment.start().orElse(0));
        })
        .map(d -> d.truncatedTo(ChronoUnit.MILLIS));
  }
}
