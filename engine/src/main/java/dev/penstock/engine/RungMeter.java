package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Progress;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** How far each rendition is. Any thread. */
final class RungMeter {
  private static final double LEAST_SECONDS = 1e-9;

  private final Plan plan;
  private final MediaInfo input;
  private final RenditionNames names;
  private final Set<Accounts> running = new HashSet<>();
  private final Map<Integer, Long> done = new HashMap<>();

  RungMeter(Plan plan, MediaInfo input) {
    this.plan = plan;
    this.input = input;
    this.names = new RenditionNames(plan);
  }

  synchronized void begun(Accounts accounts) {
    running.add(accounts);
  }

  /** It counts no more, unless it is done. */
  synchronized void over(Accounts accounts, boolean isDone) {
    if (isDone) {
      accounts.bySlot().forEach((slot, account) -> add(slot, account.encoded.get()));
    }
    running.remove(accounts);
  }

  /** So many pictures of the source were there before, of all renditions. */
  synchronized void reused(long frames) {
    names.all().keySet().forEach(slot -> add(slot, Math.round(frames * pace(slot))));
  }

  private void add(int slot, long frames) {
    done.merge(slot, frames, Long::sum);
  }

  /**
   * The same progress by rendition.
   *
   * @param all how many pictures of the source there are; where that is unknown, all renditions are
   *     as far as the whole
   */
  synchronized Progress show(Progress progress, OptionalLong all) {
    double seconds = Math.max(LEAST_SECONDS, progress.elapsed().toNanos() / 1e9);
    List<Progress.Rung> rungs = new ArrayList<>();
    names
        .all()
        .forEach((slot, name) -> {
          long frames = frames(slot);
          double part =
              all.isPresent()
                  ? frames / Math.max(1, all.getAsLong() * pace(slot))
                  : progress.done().orElse(0);
          rungs.add(new Progress.Rung(name, Math.clamp(part, 0, 1), frames / seconds));
        });
    return progress.of(rungs);
  }

  private long frames(int slot) {
    long frames = done.getOrDefault(slot, 0L);
    for (Accounts each : running) {
      Account account = each.bySlot().get(slot);
      frames += account == null ? 0 : account.encoded.get();
    }
    return frames;
  }

  /** Pictures for each of the source: some renditions have fewer. */
  private double pace(int slot) {
    if (!(plan.tracks().get(slot) instanceof EncodeVideo video)) {
      return 1;
    }
    Optional<Rational> source =
        input.video().stream()
            .filter(track -> track.index() == video.source())
            .findFirst()
            .flatMap(Track.Video::frameRate);
    return video.frameRate().isPresent() && source.isPresent() && source.get().value() > 0
        ? video.frameRate().get().value() / source.get().value()
        : 1;
  }
}
