package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.GpuLoad;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Planning;
import dev.penstock.model.Reading;
import dev.penstock.model.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OccupiedTest {
  /** Loads are "encoders % / decoders % / MiB free", "-" what is not known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "both idle                    | full   | 3 | 0/0/40000   | 0/0/40000   | a:3 b:3",
        "nobody knows                 | full   | 3 | -/-/-       | -/-/-       | a:3 b:3",
        "little is done               | full   | 3 | 20/10/30000 | 0/0/40000   | a:3 b:3",
        "half of the encoders         | full   | 3 | 50/0/30000  | 0/0/40000   | b:3 a:2",
        "all of the encoders          | full   | 3 | 100/0/30000 | 0/0/40000   | b:3 a:1",
        "all of the decoders          | full   | 3 | 0/100/30000 | 0/0/40000   | b:3 a:1",
        "decoders that are not needed | encode | 3 | 0/100/30000 | 0/0/40000   | a:3 b:3",
        "encoders that are not needed | decode | 3 | 100/0/30000 | 0/0/40000   | a:3 b:3",
        "one engine                   | full   | 1 | 95/0/30000  | 0/0/40000   | b:1 a:1",
        "both busy, one more          | full   | 3 | 90/0/30000  | 60/0/40000  | b:2 a:1",
        "both busy alike              | full   | 3 | 90/0/30000  | 99/0/40000  | a:1 b:1",
        "memory for one               | full   | 3 | 0/0/800     | 0/0/40000   | a:1 b:3",
        "memory for none              | full   | 3 | 0/0/300     | 0/0/40000   | b:3 a:1",
        "memory alone is known        | full   | 3 | -/-/300     | -/-/-       | b:3 a:1",
        "more than all                | full   | 3 | 140/0/-     | 0/0/-       | b:3 a:1",
      })
  void whatOthersUse_isLeftToThem(
      String name, String work, int engines, String first, String second, String seats) {
    Planning.Planned planned =
        planned(work, List.of(seat("a", engines), seat("b", engines)), first, second);

    assertThat(seats(planned.plan())).as(name).isEqualTo(seats);
    assertThat(seats(planned.fallbacks().getFirst().plan())).isEqualTo(seats);
  }

  @Test
  void theReceipt_saysWhatWasSeen_afterTheWay() {
    Planning.Planned planned =
        planned("full", List.of(seat("a", 3), seat("b", 3)), "90/10/5000", "0/0/40000");

    assertThat(planned.receipt().decisions())
        .extracting(each -> each.subject() + ": " + each.choice() + ": " + each.because())
        .containsExactly(
            "hardware: full GPU: proved",
            "GPU a: counts as 1 engine of 3: others use it, so it gets a smaller share: encoders 90"
                + " % busy, decoders 10 % busy, 5000 MiB of memory free",
            "video track 0: encode: asked for");
  }

  @Test
  void oneGpuAlone_doesAllThatItCan() {
    assertThat(seats(planned("full", List.of(seat("a", 3)), "100/100/0", "0/0/0").plan()))
        .isEqualTo("a:3");
  }

  /** Results are found again, and runs gone on with, by the plan without its GPUs. */
  @Test
  void whatIsMade_isTheSame() {
    List<Plan.Seat> seats = List.of(seat("a", 3), seat("b", 3));
    Acceleration busy =
        planned("full", seats, "90/0/300", "60/0/900").plan().acceleration().orElseThrow();

    assertThat(busy.ofModel())
        .isEqualTo(plan("full", seats).acceleration().orElseThrow().ofModel());
  }

  private static Planning.Planned planned(
      String work, List<Plan.Seat> seats, String first, String second) {
    Plan plan = plan(work, seats);
    Receipt receipt =
        new Receipt(
            List.of(
                new Receipt.Decision("hardware", "full GPU", "proved", List.of()),
                new Receipt.Decision("video track 0", "encode", "asked for", List.of())),
            List.of());
    return (Planning.Planned)
        Occupied.in(
            new Planning.Planned(plan, receipt, List.of(new Planning.Fallback(plan, "another"))),
            List.of(load("b", second), load("a", first)));
  }

  private static Plan plan(String work, List<Plan.Seat> seats) {
    return new Plan(
            new Plan.Input("in.mp4", Optional.empty(), Optional.empty()),
            "out.mp4",
            List.of(),
            List.of(),
            Optional.empty(),
            /* strict= */ false)
        .on(
            new Acceleration(
                Plan.Surfaces.CUDA,
                !work.equals("encode"),
                work.equals("decode") ? Optional.empty() : Optional.of(Api.NVENC),
                seats));
  }

  private static Plan.Seat seat(String key, int engines) {
    return new Plan.Seat(
        "NVIDIA L40S", key, Optional.empty(), engines, /* unlimited= */ true, Optional.empty());
  }

  private static GpuLoad load(String gpu, String said) {
    List<Reading<Integer>> readings = new ArrayList<>();
    for (String each : said.split("/")) {
      readings.add(
          each.equals("-")
              ? Reading.absent(Reading.Why.UNSUPPORTED, "a test", "")
              : Reading.of(Integer.parseInt(each), "a test"));
    }
    return new GpuLoad(
        gpu, readings.get(0), readings.get(1), readings.get(2).map(mib -> (long) mib << 20));
  }

  private static String seats(Plan plan) {
    return plan.acceleration().orElseThrow().seats().stream()
        .map(seat -> seat.key() + ":" + seat.engines())
        .collect(Collectors.joining(" "));
  }
}
