package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.engine.packaging.Layout;
import dev.penstock.engine.packaging.Manifests;
import dev.penstock.engine.packaging.Presentation;
import dev.penstock.engine.packaging.Protection;
import dev.penstock.engine.packaging.Rendition;
import dev.penstock.engine.packaging.RenditionSpec;
import dev.penstock.engine.packaging.RenditionWriter;
import dev.penstock.engine.packaging.SegmentGrid;
import dev.penstock.engine.packaging.Subtitles;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Writes the tracks of an assembly as segments with playlists. */
final class Packager {
  private static final Rational MILLIS = new Rational(1, Subtitles.TIMESCALE);

  private final Plan.Presentation plan;
  private final Protection protection;
  private final Assembly assembly;
  private final Path folder;
  private final LogScope log;
  private final Accounts written;

  /**
   * @param key where the plan is to be encrypted
   * @param folder exists, and nobody reads it yet
   * @param written gets what is handed to the containers
   */
  Packager(
      Plan.Presentation plan,
      Optional<ContentKey> key,
      Assembly assembly,
      Path folder,
      LogScope log,
      Accounts written) {
    this.written = written;
    this.plan = plan;
    this.protection = protection(plan, key);
    this.assembly = assembly;
    this.folder = folder;
    this.log = log;
  }

  /** Fails when the key is not the one that the plan was made for: before there is any work. */
  static void checkKey(Plan plan, Optional<ContentKey> key) {
    for (Plan.Output output : plan.outputs()) {
      if (output instanceof Plan.Presentation presentation) {
        Protection _ = protection(presentation, key);
      }
    }
  }

  private static Protection protection(Plan.Presentation plan, Optional<ContentKey> key) {
    if (plan.protection().isEmpty()) {
      return new Protection.None();
    }
    Plan.Protection wanted = plan.protection().get();
    ContentKey found =
        key.filter(k -> k.idText().equals(wanted.keyId()))
            .orElseThrow(() -> wrongKey(plan, wanted, key.isPresent()))
            .at(wanted.keyUrl());
    return switch (wanted.scheme()) {
      case AES_128 -> new Protection.WholeSegments(found);
      case CBCS -> new Protection.Samples(found);
    };
  }

  private static FailureException wrongKey(
      Plan.Presentation plan, Plan.Protection wanted, boolean any) {
    return new FailureException(
        new Failure.BadRequest(
            new Failure.Diagnosis(
                plan.path(),
                Stage.OPEN,
                any ? "the key is another than it was planned with" : "there is no key",
                "it is to be encrypted with the key " + wanted.keyId(),
                "give that key")));
  }

  void write() {
    try {
      SegmentGrid grid = grid();
      List<Rendition> renditions = new ArrayList<>();
      List<Integer> texts = new ArrayList<>();
      for (int i = 0; i < plan.tracks().size(); i++) {
        if (isText(i)) {
          texts.add(i);
        } else {
          write(i, grid).ifPresent(renditions::add);
        }
      }
      List<Subtitles> subtitles = new ArrayList<>();
      for (int i : texts) {
        subtitles.add(text(i, grid, end(renditions)));
      }
      Manifests.write(new Presentation(renditions, subtitles), formats(), folder);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  private boolean isText(int i) {
    return assembly.isText(plan.tracks().get(i));
  }

  /**
   * Segments begin at key frames of the first rung, as far apart as is asked for; all rungs agree.
   */
  private SegmentGrid grid() throws IOException {
    StitchedTrack first = assembly.track(plan.tracks().getFirst());
    Rational base = first.timeBase();
    long length = Timestamp.ticks(plan.segment(), base);
    List<Long> starts = new ArrayList<>(List.of(0L));
    for (long key : first.keyTimes()) {
      if (key - starts.getLast() >= length - length / 20) {
        starts.add(key);
      }
    }
    return new SegmentGrid(base, starts);
  }

  private Optional<Rendition> write(int i, SegmentGrid grid) throws IOException {
    StitchedTrack track = assembly.track(plan.tracks().get(i));
    if (track.size() == 0) {
      return Optional.empty();
    }
    try (TrackParameters parameters = track.parameters().orElseThrow();
        RenditionWriter writer =
            RenditionWriter.create(parameters, spec(i), grid, folder, layout(), log)) {
      account(i).written.setPadding(parameters.paddingMicros());
      while (!track.isAtEnd()) {
        assembly.checkStop();
        try (Packet packet = track.take()) {
          note(i, packet, track.timeBase());
          writer.write(packet);
        }
      }
      return Optional.of(writer.finish());
    }
  }

  private Account account(int i) {
    return Objects.requireNonNull(written.bySlot().get(plan.tracks().get(i)), "no account");
  }

  private void note(int i, Packet packet, Rational base) {
    account(i).packetsOut.incrementAndGet();
    account(i).written.add(packet, base);
  }

  private Layout layout() {
    return switch (plan.layout()) {
      case ONE_FILE -> Layout.ONE_FILE;
      case FILES -> Layout.FILE_PER_SEGMENT;
    };
  }

  private RenditionSpec spec(int i) {
    Plan.Rendition rendition = plan.renditions().get(i);
    return new RenditionSpec(
        rendition.id(),
        rendition.name(),
        rendition.language(),
        rendition.isDefault(),
        /* describesVideo= */ false,
        Optional.empty(),
        protection);
  }

  private static long end(List<Rendition> renditions) {
    return renditions.stream()
        .mapToLong(r -> Math.round(r.end() * 1000.0 / r.timescale()))
        .max()
        .orElse(1);
  }

  private Subtitles text(int i, SegmentGrid grid, long end) throws IOException {
    StitchedTrack track = assembly.track(plan.tracks().get(i));
    List<Subtitles.Cue> cues = new ArrayList<>();
    while (!track.isAtEnd()) {
      try (Packet packet = track.take()) {
        long start = Timestamp.rescale(packet.pts(), track.timeBase(), MILLIS);
        long length = Timestamp.rescale(packet.duration(), track.timeBase(), MILLIS);
        account(i).packetsOut.incrementAndGet();
        account(i).written.add(PresentationReading.text(start, length), MILLIS);
        cues.add(
            new Subtitles.Cue(
                start,
                start + length,
                packet.webVttSettings(),
                new String(packet.bytes(), StandardCharsets.UTF_8)));
      }
    }
    return Subtitles.write(cues, spec(i), plan.renditions().get(i).forced(), grid, end, folder);
  }

  private Set<Manifests.Format> formats() {
    Set<Manifests.Format> formats = EnumSet.noneOf(Manifests.Format.class);
    if (plan.forms().contains(Form.HLS)) {
      formats.add(Manifests.Format.HLS);
    }
    if (plan.forms().contains(Form.DASH)) {
      formats.add(Manifests.Format.DASH);
    }
    return formats;
  }
}
