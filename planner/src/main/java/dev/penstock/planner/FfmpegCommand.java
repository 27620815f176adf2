package dev.penstock.planner;

import dev.penstock.model.Color;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Renders a plan as the nearest {@code ffmpeg} command line: for people who want to read a plan in
 * the terms they know, and for tests that compare with what ffmpeg writes.
 *
 * <p>Near, not equal: covers keep no special place, and chapters are those ffmpeg copies itself.
 */
public final class FfmpegCommand {
  private final List<String> args = new ArrayList<>();

  private FfmpegCommand() {}

  /** The command, program name first, with {@code -y}. */
  public static List<String> of(Plan plan) {
    FfmpegCommand command = new FfmpegCommand();
    command.input(plan.input());
    plan.tracks().forEach(track -> command.add("-map", "0:" + track.source()));
    for (int i = 0; i < plan.tracks().size(); i++) {
      command.track(i, plan.tracks().get(i));
    }
    command.output(plan.file());
    return List.copyOf(command.args);
  }

  private void add(String... more) {
    args.addAll(List.of(more));
  }

  private void input(Plan.Input input) {
    add("ffmpeg", "-y", "-noautorotate");
    input.start().ifPresent(start -> add("-ss", KeyFrames.seconds(start)));
    input.duration().ifPresent(length -> add("-t", KeyFrames.seconds(length)));
    add("-i", input.source());
  }

  private void track(int index, TrackPlan track) {
    switch (track) {
      case Plan.Copy copy -> copy(index, copy);
      case Plan.EncodeVideo video -> video(index, video);
      case Plan.EncodeAudio audio -> audio(index, audio);
      case Plan.ConvertSubtitle subtitle -> add("-c:" + index, subtitle.encoder());
    }
    labels(index, track.labels());
  }

  private void copy(int index, Plan.Copy copy) {
    add("-c:" + index, "copy");
    copy.codecTag().ifPresent(tag -> add("-tag:" + index, tag));
  }

  private void video(int index, Plan.EncodeVideo video) {
    add("-c:" + index, video.encoder());
    filters(index, video.filters());
    options(index, video.options());
    add("-pix_fmt:" + index, video.pixelFormat());
    add("-fps_mode:" + index, "passthrough");
    add("-enc_time_base:" + index, ratio(video.timeBase()));
    color(index, video.color());
    video.grid().ifPresent(grid -> add("-force_key_frames:" + index, keyFrames(grid.distance())));
    video.codecTag().ifPresent(tag -> add("-tag:" + index, tag));
  }

  private void audio(int index, Plan.EncodeAudio audio) {
    add("-c:" + index, audio.encoder());
    filters(index, audio.filters());
    options(index, audio.options());
  }

  private void filters(int index, List<Filter> filters) {
    if (!filters.isEmpty()) {
      add("-filter:" + index, Filter.chain(filters));
    }
  }

  private void options(int index, Map<String, String> options) {
    options.forEach((name, value) -> add("-" + name + ":" + index, value));
  }

  private void color(int index, Color color) {
    tag("-color_range:" + index, color.range());
    tag("-color_primaries:" + index, color.primaries());
    tag("-color_trc:" + index, color.transfer());
    // The one name that the command and the library spell differently.
    tag("-colorspace:" + index, color.matrix().equals("gbr") ? "rgb" : color.matrix());
    tag("-chroma_sample_location:" + index, color.location());
  }

  private void tag(String name, String value) {
    if (!value.equals(Color.UNSPECIFIED)) {
      add(name, value);
    }
  }

  private void labels(int index, Plan.Labels labels) {
    add("-map_metadata:s:" + index, "-1");
    new TreeMap<>(labels.tags())
        .forEach((name, value) -> add("-metadata:s:" + index, name + "=" + value));
    add(
        "-disposition:" + index,
        labels.dispositions().isEmpty() ? "0" : String.join("+", labels.dispositions()));
  }

  private void output(Plan.File output) {
    add("-map_metadata", "-1");
    new TreeMap<>(output.tags()).forEach((name, value) -> add("-metadata", name + "=" + value));
    add("-map_chapters", output.chapters().isEmpty() ? "-1" : "0");
    output.options().forEach((name, value) -> add("-" + name, value));
    add("-f", output.format(), output.path());
  }

  private static String keyFrames(Duration grid) {
    return "expr:gte(t,n_forced*" + KeyFrames.seconds(grid) + ")";
  }

  private static String ratio(Rational value) {
    return value.num() + ":" + value.den();
  }
}
