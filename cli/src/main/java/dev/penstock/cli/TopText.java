package dev.penstock.cli;

import dev.penstock.cli.TopLine.Tone;
import dev.penstock.hardware.health.VitalsHistory.Judged;
import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.GpuSample.EncoderSession;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.model.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A snapshot as text: a block of lines for each GPU, shortened until they fit. */
final class TopText {
  private static final int USUAL_COLUMNS = 80;
  private static final int UNLIMITED = 10_000;
  private static final int ENGINES_A_LINE = 3;
  private static final int ENGINE_TEXT = 12;
  private static final int NAME = 16;
  private static final String NONE = "-";

  /** Conditions that a sample's own words say better. */
  private static final Set<String> SAID = Set.of("lost", "hung", "recovery-action");

  private final Judged judged;
  private final TopHistory history;
  private final int columns;

  private TopText(Judged judged, TopHistory history, int columns) {
    this.judged = judged;
    this.history = history;
    this.columns = columns;
  }

  /** All of it, without what came before. */
  static String page(Judged judged) {
    Snapshot snapshot = judged.snapshot();
    List<String> lines =
        snapshot.gpus().isEmpty()
            ? nothing(snapshot)
            : new TopText(judged, new TopHistory(), USUAL_COLUMNS)
                .gpus(UNLIMITED).stream().map(TopLine::text).toList();
    return String.join("\n", lines) + "\n";
  }

  /** As much as fits. Lines are not longer than {@code columns}. */
  static List<TopLine> screen(Judged judged, TopHistory history, int columns, int rows) {
    List<TopLine> lines = new ArrayList<>();
    lines.add(TopLine.plain(head(judged.snapshot(), columns)));
    lines.addAll(new TopText(judged, history, columns).gpus(rows - 1));
    return lines.stream().map(line -> line.cut(columns)).toList();
  }

  private static String head(Snapshot snapshot, int columns) {
    String left =
        "penstock top   "
            + String.join(
                "   ",
                snapshot.answers().stream()
                    .flatMap(answer -> answer.state().toOptional().stream())
                    .toList());
    String right = "q quits";
    return left + " ".repeat(Math.max(1, columns - left.length() - right.length())) + right;
  }

  /** What was looked for and why it is not there. */
  static List<String> nothing(Snapshot snapshot) {
    List<String> lines = new ArrayList<>(List.of("No GPU to watch on this machine."));
    for (var answer : snapshot.answers()) {
      String why =
          answer.state() instanceof Reading.Absent<String>(var _, String source, String text)
              ? source + ": " + text
              : answer.state().toOptional().orElse("") + ", but it counts no GPU";
      lines.add("  " + ProbeText.column(answer.name(), 6) + Terminal.oneLine(why));
    }
    lines.add("Encoding in software needs none: penstock encoders");
    return lines;
  }

  private List<TopLine> gpus(int rows) {
    List<GpuSample> gpus = judged.snapshot().gpus();
    int most = gpus.stream().mapToInt(gpu -> work(gpu).size()).max().orElse(0);
    for (int shown = most; shown >= 0; shown--) {
      List<TopLine> lines = blocks(gpus, shown);
      if (lines.size() <= rows) {
        return lines;
      }
    }
    List<TopLine> brief = gpus.stream().map(this::shortLine).toList();
    if (brief.size() <= rows) {
      return brief;
    }
    List<TopLine> lines = new ArrayList<>(brief.subList(0, Math.max(0, rows - 1)));
    lines.add(
        TopLine.plain(
            "and " + (brief.size() - lines.size()) + " more, which a larger window shows"));
    return lines;
  }

  private List<TopLine> blocks(List<GpuSample> gpus, int shown) {
    List<TopLine> lines = new ArrayList<>();
    for (GpuSample gpu : gpus) {
      lines.add(title(gpu));
      trouble(gpu).ifPresent(text -> lines.add(TopLine.toned(ofTrouble(gpu), "  " + text)));
      if (gpu.isUp()) {
        engines(gpu).forEach(line -> lines.add(TopLine.plain(line)));
        lines.add(TopLine.plain("  " + figures(gpu)));
        List<String> work = work(gpu);
        work.stream().limit(shown).forEach(line -> lines.add(TopLine.plain("  " + line)));
        if (work.size() > shown) {
          lines.add(TopLine.plain("  and " + (work.size() - shown) + " more"));
        }
      }
    }
    return lines;
  }

  private TopLine title(GpuSample gpu) {
    String left = gpu.id().vendor() + " " + gpu.id().index() + "  ";
    String level = level(gpu);
    String right = "  " + name(gpu) + "  " + gpu.id().pci().toOptional().orElse("");
    return new TopLine(
        left + level + right, tone(gpu), left.length(), left.length() + level.length());
  }

  private String level(GpuSample gpu) {
    return judged.of(gpu).level().name().toLowerCase(Locale.ROOT);
  }

  private Tone tone(GpuSample gpu) {
    return switch (judged.of(gpu).level()) {
      case HEALTHY -> Tone.GOOD;
      case DEGRADED -> Tone.WARNING;
      case SUSPECT, LOST -> Tone.BAD;
    };
  }

  /** A GPU that is held back may be healthy. */
  private Tone ofTrouble(GpuSample gpu) {
    Tone tone = tone(gpu);
    return tone == Tone.GOOD ? Tone.WARNING : tone;
  }

  private static String name(GpuSample gpu) {
    return Terminal.oneLine(gpu.id().name().toOptional().orElse("unknown"));
  }

  /** What stands before everything else. */
  private Optional<String> trouble(GpuSample gpu) {
    List<String> all = new ArrayList<>();
    gpu.fault().ifPresent(fault -> all.add("FAILED: " + fault));
    gpu.hung().ifPresent(hung -> all.add("HUNG: " + hung.text() + " (" + hung.source() + ")"));
    gpu.health()
        .recovery()
        .toOptional()
        .filter(action -> action != RecoveryAction.NONE)
        .ifPresent(action -> all.add("the driver wants: " + action.label()));
    judged.of(gpu).because().stream()
        .filter(condition -> !SAID.contains(condition.id()))
        .forEach(condition -> all.add(condition.why()));
    gpu.health()
        .reasons()
        .toOptional()
        .ifPresent(reasons -> {
          List<String> held =
              reasons.stream().filter(ClockReason::isThrottle).map(ClockReason::label).toList();
          if (!held.isEmpty()) {
            all.add("held back: " + String.join(", ", held));
          }
        });
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
  }

  private List<String> engines(GpuSample gpu) {
    List<EngineLoad> shown =
        gpu.engines().stream()
            .filter(load -> load.percent().toOptional().isPresent())
            .sorted(Comparator.comparingInt(load -> rank(load.engine())))
            .toList();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < shown.size(); i += ENGINES_A_LINE) {
      StringBuilder line = new StringBuilder(" ");
      shown
          .subList(i, Math.min(i + ENGINES_A_LINE, shown.size()))
          .forEach(load -> line.append(' ').append(engine(gpu, load)));
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** What encoding is done with comes first. */
  private static int rank(Engine engine) {
    return switch (engine) {
      case ENCODER, VIDEO -> 0;
      case DECODER -> 1;
      case GRAPHICS -> 2;
      case MEMORY, VIDEO_ENHANCE -> 3;
      case COMPUTE, COPY -> 4;
      case JPEG, OPTICAL_FLOW -> 5;
    };
  }

  private String engine(GpuSample gpu, EngineLoad load) {
    int width = (columns - 2) / ENGINES_A_LINE;
    String percent = load.percent().toOptional().map(value -> value + " %").orElse(NONE);
    String line = ProbeText.column(load.engine().label(), 5) + right(percent, 5) + "  ";
    int room = Math.max(0, width - ENGINE_TEXT - 2);
    return ProbeText.column(line + history.spark(gpu, load.engine(), room), width - 1);
  }

  private static String figures(GpuSample gpu) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "memory "
            + shown(gpu.memory().used().map(Amounts::bytes))
            + gpu.memory().total().toOptional().map(all -> " of " + Amounts.bytes(all)).orElse(""));
    gpu.thermal()
        .gpu()
        .toOptional()
        .ifPresent(now ->
            parts.add(
                now
                    + gpu.thermal().slowdown().toOptional().map(limit -> "/" + limit).orElse("")
                    + " °C"));
    gpu.power()
        .draw()
        .toOptional()
        .ifPresent(now ->
            parts.add(
                Amounts.decimals(now, 0)
                    + gpu.power()
                        .limit()
                        .toOptional()
                        .map(limit -> "/" + Amounts.decimals(limit, 0))
                        .orElse("")
                    + " W"));
    gpu.clocks().graphics().toOptional().ifPresent(clock -> parts.add(clock + " MHz"));
    gpu.bus()
        .generation()
        .toOptional()
        .ifPresent(generation ->
            parts.add(
                "PCIe "
                    + generation
                    + gpu.bus().width().toOptional().map(width -> " x" + width).orElse("")));
    return String.join("   ", parts);
  }

  /** Its encodes, and the processes that have none. */
  private static List<String> work(GpuSample gpu) {
    List<EncoderSession> sessions = gpu.sessions().toOptional().orElse(List.of());
    List<String> lines = new ArrayList<>();
    for (EncoderSession session : sessions) {
      lines.add(
          who(session.pid(), session.process())
              + ProbeText.column(session.codec(), 6)
              + ProbeText.column(session.width() + "x" + session.height(), 11)
              + right(session.fps() + " fps", 8)
              + right(Amounts.decimals(session.latency().toNanos() / 1e6, 1) + " ms", 10));
    }
    for (GpuProcess process : gpu.processes().toOptional().orElse(List.of())) {
      if (sessions.stream().noneMatch(session -> session.pid() == process.pid())) {
        lines.add(
            who(process.pid(), process.name().toOptional())
                + process.memory().toOptional().map(Amounts::bytes).orElse(""));
      }
    }
    return lines;
  }

  private static String who(long pid, Optional<String> name) {
    return right(Long.toString(pid), 7)
        + " "
        + ProbeText.column(name.map(Terminal::oneLine).orElse(""), NAME);
  }

  /** Everything that matters on one line. */
  private TopLine shortLine(GpuSample gpu) {
    String level = ProbeText.column(level(gpu), 9);
    String left = gpu.id().index() + " ";
    return new TopLine(
        left + level + rest(gpu), tone(gpu), left.length(), left.length() + level.length());
  }

  private String rest(GpuSample gpu) {
    return ProbeText.column(cut(name(gpu), 24), 25)
        + "enc "
        + right(percent(gpu, Engine.ENCODER), 6)
        + "  dec "
        + right(percent(gpu, Engine.DECODER), 6)
        + "  "
        + gpu.thermal().gpu().toOptional().map(now -> now + " °C  ").orElse("")
        + trouble(gpu).orElse("");
  }

  private static String percent(GpuSample gpu, Engine engine) {
    return shown(gpu.load(engine).map(value -> value + " %"));
  }

  private static String shown(Reading<String> reading) {
    return reading.toOptional().orElse(NONE);
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String cut(String line, int columns) {
    return line.length() <= columns ? line : line.substring(0, columns);
  }
}
