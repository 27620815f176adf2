package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Rational;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays from piece to piece. */
@ExtendWith(NoLeaks.class)
class GpuSessionTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);

  private static Frame picture(String tags) {
    try (FilterGraph source =
        FilterGraph.source("color=s=64x48:d=1,format=yuv420p,setparams=" + tags, true, LOG)) {
      Frame frame = Frame.create();
      assertThat(source.receive(frame)).isEqualTo(Flow.OK);
      return frame;
    }
  }

  private static FilterGraph filters(GpuSession session, int slot, String tags) {
    try (Frame frame = picture(tags)) {
      return session.filters(
          new GpuSession.Graph(slot, "null", frame.shape(), frame.tags()),
          () -> FilterGraph.open("null", frame, BASE, null, LOG));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "range=pc",
        "colorspace=bt709",
        "color_primaries=bt709",
        "color_trc=bt709",
        "chroma_location=topleft"
      })
  void filters_areOfOneKindOfColours(String other) {
    try (GpuSession session = new GpuSession(null)) {
      FilterGraph first = filters(session, 0, "range=tv");

      assertThat(filters(session, 0, "range=tv")).isSameAs(first);
      assertThat(filters(session, 0, other)).isNotSameAs(first);
    }
  }

  @Test
  void ofManyKinds_theLastOnesStay() {
    try (GpuSession session = new GpuSession(null)) {
      FilterGraph ofAnotherTrack = filters(session, 1, "range=tv");
      List<FilterGraph> made = new ArrayList<>();
      for (String primaries :
          List.of("bt709", "bt470m", "bt470bg", "smpte170m", "smpte240m", "film", "bt2020")) {
        made.add(filters(session, 0, "color_primaries=" + primaries));
      }

      assertThatThrownBy(made.getFirst()::timeBase).isInstanceOf(IllegalStateException.class);
      assertThat(made.getLast().timeBase()).isEqualTo(BASE);
      assertThat(ofAnotherTrack.timeBase()).isEqualTo(BASE);
    }
  }
}
