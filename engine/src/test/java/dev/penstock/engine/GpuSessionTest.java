package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.Decoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Rational;
import java.time.Duration;
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

  private static Decoder decoder(GpuSession session, Input input) {
    return session.decoder(0, () -> Decoder.open(input.demuxer(), 0, 1, LOG));
  }

  private static void decodeAt(int second, Input input, Decoder decoder) {
    input.demuxer().seek(Duration.ofSeconds(second));
    try (Packet packet = Packet.create()) {
      assertThat(input.demuxer().read(packet)).isTrue();
      assertThat(decoder.send(packet)).isEqualTo(Flow.OK);
    }
  }

  /** A piece that follows may be of the first half, and read by an input that was only there. */
  @Test
  void aDecoderOfOtherParameterSets_isGivenUp() {
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    String source = SplicedSourceTest.source().toString();
    try (Input input = Input.open(source, reading, new Cancellation());
        GpuSession session = new GpuSession(null)) {
      Decoder first = decoder(session, input);
      decodeAt(2, input, first);
      assertThat(session.hasChanged()).isFalse();
      assertThat(decoder(session, input)).isSameAs(first);

      decodeAt(6, input, first);
      assertThat(session.hasChanged()).isTrue();
      session.dropChanged();

      assertThat(session.hasChanged()).isFalse();
      assertThat(decoder(session, input)).isNotSameAs(first);
    }
  }

  /** libav has said so to the decoder before, and does not say it again. */
  @Test
  void aNewDecoder_isToldParameterSetsThatHoldWhereItBegins() {
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    String source = SplicedSourceTest.source().toString();
    try (Input input = Input.open(source, reading, new Cancellation());
        Decoder one = Decoder.open(input.demuxer(), 0, 1, LOG);
        Decoder other = Decoder.open(input.demuxer(), 0, 1, LOG)) {
      decodeAt(5, input, one);
      decodeAt(6, input, other);
      assertThat(other.isAsOpened()).isFalse();

      decodeAt(2, input, other);
      assertThat(other.isAsOpened()).isTrue();
    }
  }
}
