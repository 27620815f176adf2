package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Color;
import dev.penstock.model.Filter;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** Decides of which rungs the poster and the thumbnails of a ladder are made, and how. */
final class Stills {
  private static final String POSTER = "/poster.jpg";
  private static final String THUMBNAILS = "/thumbnails.vtt";

  /** What a tile of 16:9 is; others have as many pixels. */
  private static final Size TILE = new Size(160, 90);

  /** Tiles of a sheet in either direction: browsers fetch one sheet for some minutes of film. */
  private static final int SIDE = 5;

  /** libav's scale of mjpeg, in its unit of 118 a step: 2 (best) to 31. */
  private static final int POSTER_QUALITY = 2 * 118;

  private static final int TILE_QUALITY = 5 * 118;

  private final LadderSpec spec;
  private final MediaInfo input;
  private final Capabilities capabilities;
  private final Ledger ledger;

  Stills(LadderSpec spec, MediaInfo input, Capabilities capabilities, Ledger ledger) {
    this.spec = spec;
    this.input = input;
    this.capabilities = capabilities;
    this.ledger = ledger;
  }

  /**
   * The outputs that are asked for.
   *
   * @param rungs the first tracks of the plan
   * @param grid distance of key frames
   */
  List<Plan.Output> of(List<? extends TrackPlan> rungs, Duration grid) {
    List<EncodeVideo> videos =
        rungs.stream().filter(EncodeVideo.class::isInstance).map(EncodeVideo.class::cast).toList();
    List<Plan.Output> outputs = new ArrayList<>();
    if (!videos.isEmpty()) {
      spec.delivery().poster().ifPresent(asked -> outputs.add(poster(asked.at(), videos)));
      spec.delivery().thumbnails().ifPresent(every -> outputs.add(thumbnails(every, videos, grid)));
      if (!outputs.isEmpty()) {
        noteClear();
      }
    }
    return outputs;
  }

  private Plan.Poster poster(Optional<Duration> at, List<EncodeVideo> videos) {
    at.ifPresent(this::checkInside);
    int smallest = smallest(videos, new Size(1, 1));
    EncodeVideo top = videos.getFirst();
    ledger.decide(
        "poster",
        top.size() + at.map(time -> " at " + KeyFrames.seconds(time) + " s").orElse(""),
        at.isPresent()
            ? "--poster names the time; the picture of the largest rung is taken"
            : "of the key frames of the first third, the one that is most like the others and not"
                + " black; the picture of the largest rung is taken");
    List<Integer> tracks = at.isPresent() ? List.of(0) : List.of(0, smallest);
    return new Plan.Poster(
        spec.folder() + POSTER, tracks, at, filters(top, top.size()), options(POSTER_QUALITY));
  }

  private void checkInside(Duration at) {
    if (input.duration().filter(length -> at.compareTo(length) >= 0).isPresent()) {
      ledger.refuseRequest(
          "--poster",
          KeyFrames.seconds(at) + " s is beyond the end",
          "the input lasts " + KeyFrames.seconds(input.duration().get()) + " s",
          "name an earlier time, or none");
    }
  }

  private Plan.Thumbnails thumbnails(Duration asked, List<EncodeVideo> videos, Duration grid) {
    Duration every = asked.compareTo(grid) < 0 ? grid : asked;
    Size largest = videos.getFirst().size();
    Size tile = tile(largest);
    int source = smallest(videos, tile);
    ledger.decide(
        "thumbnails",
        tile + " every " + KeyFrames.seconds(every) + " s, " + SIDE * SIDE + " to a sheet",
        (every.equals(asked)
                ? "--thumbnails asks for it"
                : "--thumbnails asks for more, but they are made of key frames")
            + "; of the pictures of "
            + videos.get(source).size()
            + ", the smallest that do");
    return new Plan.Thumbnails(
        spec.folder() + THUMBNAILS,
        List.of(source),
        every,
        tile,
        SIDE,
        SIDE,
        filters(videos.get(source), tile),
        options(TILE_QUALITY));
  }

  /** As many pixels as the usual one, in the shape of the picture, and none enlarged. */
  private static Size tile(Size picture) {
    double factor = Math.min(1, Math.sqrt((double) TILE.pixels() / picture.pixels()));
    return new Size(even(picture.width() * factor), even(picture.height() * factor));
  }

  private static int even(double side) {
    return Math.max(2, (int) Math.round(side / 2) * 2);
  }

  /** The rung of the fewest pixels that is no smaller than this; the largest where none is. */
  private static int smallest(List<EncodeVideo> videos, Size least) {
    return IntStream.range(0, videos.size())
        .filter(i ->
            videos.get(i).size().width() >= least.width()
                && videos.get(i).size().height() >= least.height())
        .boxed()
        .min(Comparator.comparingLong(i -> videos.get(i).size().pixels()))
        .orElse(0);
  }

  /** JPEG is read as BT.601 of full range. */
  private List<Filter> filters(EncodeVideo from, Size to) {
    List<Filter> filters = new ArrayList<>();
    boolean smaller = !from.size().equals(to);
    if (from.color().isHdr()) {
      if (smaller) {
        filters.add(scale("it is made smaller before tone mapping, which then has less to do", to));
      }
      checkToneMapping();
      filters.addAll(VideoFilters.toneMapping(from.color()));
    } else if (from.color().matrix().equals(Color.UNSPECIFIED) && from.size().shortSide() >= 720) {
      filters.add(
          Filter.of(
              "setparams", "players take it so where nothing is said", "colorspace", "bt709"));
    }
    filters.add(
        Filter.of(
            "scale",
            "a JPEG is of BT.601 and of full range",
            "w",
            to.width(),
            "h",
            to.height(),
            "flags",
            VideoFilters.SCALER,
            "out_range",
            "pc",
            "out_color_matrix",
            "bt601"));
    filters.add(Filter.of("format", "every browser shows it", "pix_fmts", "yuv420p"));
    return filters;
  }

  private static Filter scale(String why, Size to) {
    return Filter.of("scale", why, "w", to.width(), "h", to.height(), "flags", VideoFilters.SCALER);
  }

  /** One thread: others might cut the picture otherwise. */
  private static SequencedMap<String, String> options(int quality) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("flags", "+qscale");
    options.put("global_quality", Integer.toString(quality));
    options.put("threads", "1");
    return options;
  }

  private void checkToneMapping() {
    for (String filter : List.of("zscale", "tonemap")) {
      if (!capabilities.filters().contains(filter)) {
        ledger.refuse(
            "--poster and --thumbnails",
            "this build has no filter " + filter,
            "the pictures are HDR and JPEG is not: they have to be tone-mapped",
            "leave them away, or use another build");
      }
    }
  }

  private void noteClear() {
    if (spec.delivery().encryption().isPresent()) {
      ledger.note(
          "the poster and the thumbnails are not encrypted: whoever has their URL sees them");
    }
  }
}
