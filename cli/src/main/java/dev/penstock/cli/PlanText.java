package dev.penstock.cli;

import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Planning;
import dev.penstock.model.Receipt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A plan and its receipt, for people: what happens to each track, with every option, and why. */
final class PlanText {
  private static final String INDENT = " ".repeat(6);

  private PlanText() {}

  static String of(Planning.Planned planned) {
    StringBuilder text = new StringBuilder();
    header(text, planned.plan());
    for (TrackPlan track : planned.plan().tracks()) {
      text.append("  track ").append(track.source()).append(": ").append(summary(track)).append('\n');
      details(track).forEach((label, value) -> detail(text, label, value));
    }
    receipt(text, planned.receipt());
    return text.toString();
  }

  private static void header(StringBuilder text, Plan plan) {
    Plan.Output output = plan.output();
    text.append(plan.input().source()).append(" -> ").append(output.path());
    text.append(" (").append(output.format()).append(options(" ", output.options())).append(")\n");
    range(plan.input()).ifPresent(range -> text.append("  ").append(range).append('\n'));
    if (plan.strict()) {
      text.append("  a damaged frame fails the job\n");
    }
    if (!output.chapters().isEmpty()) {
      text.append("  ").append(output.chapters().size()).append(" chapters are kept\n");
    }
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
              + audio.layout()
              + (audio.bitrate().isPresent()
                  ? ", " + Amounts.bitRate(audio.bitrate().getAsLong())
                  : "");
      case Plan.ConvertSubtitle subtitle -> "subtitles become " + subtitle.codec();
    };
  }

  private static Map<String, String> details(TrackPlan track) {
    Map<String, String> details = new LinkedHashMap<>();
    switch (track) {
      case Plan.Copy copy -> copy.codecTag().ifPresent(tag -> details.put("codec tag", tag));
      case Plan.EncodeVideo video -> video(details, video);
      case Plan.EncodeAudio audio -> {
        details.put("filters", Filter.chain(audio.filters()));
        details.put("options", options("", audio.options()));
      }
      case Plan.ConvertSubtitle subtitle -> details.put("encoder", subtitle.encoder());
    }
    details.put("tags", options("", new TreeMap<>(track.labels().tags())));
    details.put("flags", String.join(" ", track.labels().dispositions()));
    details.values().removeIf(String::isEmpty);
    return details;
  }

  private static void video(Map<String, String> details, Plan.EncodeVideo video) {
    details.put("filters", Filter.chain(video.filters()));
    details.put("options", options("", video.options()));
    details.put("colour", ProbeText.color(video.color()));
    details.put("time base", video.timeBase().toString());
    video.grid().ifPresent(grid -> details.put("key frames", "every " + Times.taken(grid)));
    video.codecTag().ifPresent(tag -> details.put("codec tag", tag));
    details.put(
        "rotation",
        switch (video.rotation()) {
          case NONE -> "";
          case CARRIED -> "kept as metadata";
        });
  }

  private static void detail(StringBuilder text, String label, String value) {
    text.append(INDENT).append(ProbeText.column(label, 11)).append(value).append('\n');
  }

  private static String options(String before, Map<String, String> options) {
    List<String> words = new ArrayList<>();
    options.forEach((name, value) -> words.add(name + "=" + value));
    return words.isEmpty() ? "" : before + String.join(" ", words);
  }

  private static void receipt(StringBuilder text, Receipt receipt) {
    text.append("why\n");
    for (Receipt.Decision decision : receipt.decisions()) {
      text.append("  ").append(decision.subject()).append(": ").append(decision.choice());
      text.append(decision.because().isEmpty() ? "" : ", because " + decision.because()).append('\n');
      for (Receipt.Rejected rejected : decision.dropped()) {
        text.append(INDENT).append("not ").append(rejected.candidate());
        text.append(": ").append(rejected.because()).append('\n');
      }
    }
    for (String note : receipt.notes()) {
      text.append("note: ").append(note).append('\n');
    }
  }
}
