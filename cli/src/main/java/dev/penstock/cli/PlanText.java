package dev.penstock.cli;

import dev.penstock.model.Delivery;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Planning;
import dev.penstock.model.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A plan and its receipt, for people: what happens to each track, with every option, and why. */
final class PlanText {
  private static final String INDENT = " ".repeat(6);

  private PlanText() {}

  static String of(Planning.Planned planned) {
    StringBuilder text = new StringBuilder();
    header(text, planned.plan());
    Plan plan = planned.plan();
    for (TrackPlan track : plan.tracks()) {
      text.append("  track ")
          .append(track.source())
          .append(": ")
          .append(summary(track))
          .append(after(plan, track))
          .append('\n');
      details(text, track);
    }
    receipt(text, planned.receipt());
    planned.receipt().perTitle().ifPresent(found -> text.append(PerTitleText.of(found)));
    return text.toString();
  }

  private static void header(StringBuilder text, Plan plan) {
    text.append(Terminal.oneLine(plan.input().source() + " -> " + plan.target()));
    boolean folder = !plan.isOneFile();
    text.append(folder ? "\n" : "");
    for (Plan.Output output : plan.outputs()) {
      switch (output) {
        case Plan.File file -> file(text, file, folder);
        case Plan.Presentation presentation -> presentation(text, presentation);
        case Plan.Poster poster -> text.append("  ").append(poster.path()).append(" (JPEG)\n");
        case Plan.Thumbnails thumbnails ->
            text.append("  ")
                .append(thumbnails.path())
                .append(" (tiles of ")
                .append(thumbnails.tile())
                .append(", one every ")
                .append(Times.exact(thumbnails.every()))
                .append(")\n");
      }
    }
    range(plan.input()).ifPresent(range -> text.append("  ").append(range).append('\n'));
    if (plan.strict()) {
      text.append("  a damaged frame fails the job\n");
    }
    if (plan.isOneFile() && !plan.file().chapters().isEmpty()) {
      text.append("  chapters: ").append(plan.file().chapters().size()).append('\n');
    }
    plan.segmentation()
        .ifPresent(cut ->
            text.append("  segments: ").append(cut.segments().size()).append(" of the pictures\n"));
  }

  private static void file(StringBuilder text, Plan.File file, boolean named) {
    text.append(named ? "  " + file.path() : "").append(" (").append(file.format());
    text.append(options(" ", file.options())).append(")\n");
  }

  private static void presentation(StringBuilder text, Plan.Presentation presentation) {
    text.append("  ").append(presentation.path()).append(" (");
    text.append(
        presentation.forms().stream()
            .map(form -> form.name())
            .collect(Collectors.joining(" and ")));
    text.append(", segments of ").append(Times.exact(presentation.segment()));
    text.append(presentation.layout() == Delivery.Layout.FILES ? " in files of their own" : "");
    presentation
        .protection()
        .ifPresent(protection -> text.append(", encrypted: ").append(protection.scheme().id()));
    text.append(")\n");
  }

  private static String after(Plan plan, TrackPlan track) {
    return track instanceof Plan.EncodeVideo video && video.after().isPresent()
        ? ", from the pictures of "
            + ((Plan.EncodeVideo) plan.tracks().get(video.after().getAsInt())).size()
        : "";
  }

  private static Optional<String> range(Plan.Input input) {
    if (input.start().isEmpty() && input.duration().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "from "
            + input.start().map(Times::exact).orElse("the start")
            + input.duration().map(length -> " for " + Times.exact(length)).orElse(" to the end"));
  }

  private static String summary(TrackPlan track) {
    return switch (track) {
      case Plan.Copy copy -> copy.codec() + " is copied";
      case Plan.EncodeVideo video ->
          video.codec().label()
              + " with "
              + video.encoder()
              + ", "
              + video.size()
              + " "
              + video.pixelFormat()
              + video.frameRate().map(rate -> ", " + Amounts.frameRate(rate)).orElse("");
      case Plan.EncodeAudio audio ->
          audio.codec().id()
              + " with "
              + audio.encoder()
              + ", "
              + audio.sampleRate()
              + " Hz "
              + audio.layout();
      case Plan.ConvertSubtitle subtitle -> "subtitles become " + subtitle.codec();
    };
  }

  private static void details(StringBuilder text, TrackPlan track) {
    switch (track) {
      case Plan.Copy copy -> copy.codecTag().ifPresent(tag -> detail(text, "codec tag", tag));
      case Plan.EncodeVideo video -> video(text, video);
      case Plan.EncodeAudio audio -> {
        filters(text, audio.filters());
        detail(text, "options", options("", audio.options()));
      }
      case Plan.ConvertSubtitle subtitle -> detail(text, "encoder", subtitle.encoder());
    }
    detail(text, "tags", options("", new TreeMap<>(track.labels().tags())));
    detail(text, "flags", String.join(" ", track.labels().dispositions()));
  }

  private static void video(StringBuilder text, Plan.EncodeVideo video) {
    filters(text, video.filters());
    detail(text, "options", options("", video.options()));
    detail(text, "colour", ProbeText.color(video.color()));
    ProbeText.hdr(video.hdr()).forEach(line -> detail(text, "hdr", line));
    detail(text, "time base", video.timeBase().toString());
    video
        .grid()
        .map(grid -> "every " + Amounts.trimmed(grid.distance().toNanos() / 1e9, 3) + " s")
        .ifPresent(distance -> detail(text, "key frames", distance));
    video.codecTag().ifPresent(tag -> detail(text, "codec tag", tag));
    detail(
        text,
        "rotation",
        switch (video.rotation()) {
          case NONE -> "";
          case CARRIED -> "kept as metadata";
        });
  }

  private static void filters(StringBuilder text, List<Filter> filters) {
    for (Filter filter : filters) {
      detail(text, "filter", ProbeText.column(filter.text(), 30) + " " + filter.why());
    }
  }

  private static void detail(StringBuilder text, String label, String value) {
    if (!value.isEmpty()) {
      text.append(INDENT)
          .append(ProbeText.column(label, 11))
          .append(Terminal.oneLine(value))
          .append('\n');
    }
  }

  private static String options(String before, Map<String, String> options) {
    List<String> words = new ArrayList<>();
    options.forEach((name, value) -> words.add(name + "=" + value));
    return words.isEmpty() ? "" : before + String.join(" ", words);
  }

  private static void receipt(StringBuilder text, Receipt receipt) {
    text.append("why\n");
    for (Receipt.Decision decision : receipt.decisions()) {
      line(
          text,
          "  " + decision.subject() + ": " + decision.choice(),
          decision.because().isEmpty() ? "" : ", because " + decision.because());
      for (Receipt.Rejected rejected : decision.dropped()) {
        line(text, INDENT + "not " + rejected.candidate() + ": ", rejected.because());
      }
    }
    for (String note : receipt.notes()) {
      line(text, "note: ", note);
    }
  }

  /** Some words come from the file: they must not begin lines of their own. */
  private static void line(StringBuilder text, String start, String rest) {
    text.append(Terminal.oneLine(start + rest)).append('\n');
  }
}
