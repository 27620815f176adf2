package dev.penstock.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.penstock.hardware.health.Verdict;
import dev.penstock.hardware.health.VitalsHistory.Judged;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A snapshot as one line of JSON: what could be read as it is, what could not in lists. */
final class TopJson {
  private TopJson() {}

  static String line(Judged judged) {
    Snapshot snapshot = judged.snapshot();
    return Json.line(
        new Line(
            snapshot.at(),
            snapshot.answers().stream().map(TopJson::state).toList(),
            snapshot.gpus().stream()
                .map(gpu -> new Gpu(gpu.isUp(), judged.of(gpu), gpu, unread(gpu)))
                .toList()));
  }

  record Line(Instant at, List<State> sources, List<Gpu> gpus) {}

  record State(String name, Reading<String> state, Optional<Unread> unread) {}

  record Gpu(boolean up, Verdict verdict, @JsonUnwrapped GpuSample sample, List<Unread> unread) {}

  /** One reading that is absent. */
  record Unread(String what, Reading.Why why, String source, String text) {}

  private static State state(Source.Answer answer) {
    return new State(
        answer.name(), answer.state(), unread("state", answer.state()).stream().findFirst());
  }

  private static List<Unread> unread(GpuSample gpu) {
    List<Unread> found = new ArrayList<>();
    for (RecordComponent component : GpuSample.class.getRecordComponents()) {
      if (!component.getName().equals("engines") && !component.getName().equals("fault")) {
        collect(component.getName(), value(component, gpu), found);
      }
    }
    gpu.engines()
        .forEach(load ->
            found.addAll(
                unread(
                    "engines." + load.engine().name().toLowerCase(Locale.ROOT), load.percent())));
    return found;
  }

  private static void collect(String name, Object value, List<Unread> found) {
    switch (value) {
      case Reading<?> reading -> found.addAll(unread(name, reading));
      case Record part -> {
        for (RecordComponent component : part.getClass().getRecordComponents()) {
          collect(name + "." + component.getName(), value(component, part), found);
        }
      }
      default -> {}
    }
  }

  private static List<Unread> unread(String name, Reading<?> reading) {
    return switch (reading) {
      case Absent<?>(Reading.Why why, String source, String text) ->
          List.of(new Unread(name, why, source, text));
      case Present<?> _ -> List.of();
    };
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
