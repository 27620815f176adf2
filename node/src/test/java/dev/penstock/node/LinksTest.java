package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.model.Reading;
import org.junit.jupiter.api.Test;

class LinksTest {
  private final Links links = new Links(6_000_000_000L);

  private static GpuSample.Bus bus(Reading<Integer> generation, Reading<Integer> width) {
    Reading<Long> none = Reading.absent(Reading.Why.NOT_ASKED, "test", "nobody asks");
    return new GpuSample.Bus(generation, width, none, none, none);
  }

  @Test
  void theFastestSeen_counts() {
    assertThat(links.of("a").toOptional()).isEmpty();
    links.saw("a", bus(Reading.of(1, "test"), Reading.of(16, "test")));
    assertThat(links.of("a").toOptional()).as("idle, maybe").isEmpty();
    links.saw("a", bus(Reading.of(5, "test"), Reading.of(16, "test")));
    links.saw("a", bus(Reading.of(1, "test"), Reading.of(16, "test")));
    assertThat(links.of("a").toOptional()).hasValue(50_412_800_000L);
    assertThat(links.of("b").toOptional()).as("another").isEmpty();
  }

  @Test
  void whatIsNotRead_orNotKnown_showsNothing() {
    Reading<Integer> none = Reading.absent(Reading.Why.FAILED, "test", "fails");
    links.saw("a", bus(Reading.of(5, "test"), none));
    links.saw("a", bus(none, Reading.of(16, "test")));
    links.saw("a", bus(Reading.of(9, "test"), Reading.of(16, "test")));
    assertThat(links.of("a").toOptional()).isEmpty();
  }
}
