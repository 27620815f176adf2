package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Spool;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Rational;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The packets of one track from the spools of all segments, as if they had been coded in one. */
final class StitchedTrack {
  private final int slot;
  private final List<Spool> spools;
  private final List<Place> places = new ArrayList<>();
  private final Rational timeBase;
  private long[] dts = {};
  private int next;

  /** Where a packet lies. */
  private record Place(int segment, Spool spool, Spool.Entry entry) {}

  /**
   * Of the plan's track {@code slot}.
   *
   * @param spools in the order of the segments; the caller closes them
   * @param segmented whether the packets were coded in segments, so that each begins its decoding
   *     times anew
   */
  StitchedTrack(int slot, List<Spool> spools, boolean segmented) throws IOException {
    this.slot = slot;
    this.spools = spools;
    for (int i = 0; i < spools.size(); i++) {
      int segment = i;
      Spool spool = spools.get(i);
      spool.packets(slot).forEach(entry -> places.add(new Place(segment, spool, entry)));
    }
    try (TrackParameters parameters = parameters().orElse(null)) {
      this.timeBase = parameters == null ? Timestamp.MICROSECONDS : parameters.timeBase();
    }
    this.dts = segmented ? decodingTimes() : storedTimes();
  }

  int slot() {
    return slot;
  }

  int size() {
    return places.size();
  }

  long bytes() {
    return places.stream().mapToLong(place -> place.entry().size()).sum();
  }

  Rational timeBase() {
    return timeBase;
  }

  /** What the track is, if anything came of it; the caller closes it. */
  Optional<TrackParameters> parameters() throws IOException {
    for (Spool spool : spools) {
      Optional<TrackParameters> found = spool.parameters(slot);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The first segment whose packets need another decoder setup than those before. */
  Optional<Integer> misfit() throws IOException {
    try (TrackParameters first = parameters().orElse(null)) {
      for (int i = 0; first != null && i < spools.size(); i++) {
        try (TrackParameters other = spools.get(i).parameters(slot).orElse(null)) {
          if (other != null && !first.decodesLike(other)) {
            return Optional.of(i);
          }
        }
      }
      return Optional.empty();
    }
  }

  /** Whether two packets are shown at one time. */
  boolean overlaps() {
    long[] times = places.stream().mapToLong(place -> place.entry().pts()).sorted().toArray();
    for (int i = 1; i < times.length; i++) {
      if (times[i] == times[i - 1]) {
        return true;
      }
    }
    return false;
  }

  private long[] storedTimes() {
    return places.stream()
        .mapToLong(place ->
            place.entry().dts() == Timestamp.NONE ? place.entry().pts() : place.entry().dts())
        .toArray();
  }

  /**
   * A packet is decoded when the picture is shown that stands as many places before it as the
   * encoder holds back at most: then no picture is late, and times rise across the joints.
   */
  private long[] decodingTimes() {
    long[] shown = places.stream().mapToLong(place -> place.entry().pts()).toArray();
    return DecodingOrder.times(shown);
  }

  /**
   * The time by which the next packet has its place among those of other tracks; at the end max.
   */
  long nextMicros() {
    return next == places.size()
        ? Long.MAX_VALUE
        : dts[next] == Timestamp.NONE
            ? Long.MIN_VALUE
            : Timestamp.rescale(dts[next], timeBase, Timestamp.MICROSECONDS);
  }

  boolean isAtEnd() {
    return next == places.size();
  }

  /** The next packet; the caller closes it. */
  Packet take() throws IOException {
    return read(next++);
  }

  /** Whether packet {@code place}, counted in the order of decoding, is a key frame. */
  boolean isKey(int place) {
    return places.get(place).entry().isKey();
  }

  /** When packet {@code place} is shown, in ticks. */
  long shown(int place) {
    return places.get(place).entry().pts();
  }

  /** When the last picture ends, in ticks. */
  long end() {
    return places.stream()
        .map(Place::entry)
        .mapToLong(entry -> entry.pts() + entry.duration())
        .max()
        .orElse(0);
  }

  /** Packet {@code place}, whatever was taken; the caller closes it. */
  Packet read(int place) throws IOException {
    Place at = places.get(place);
    Packet packet = at.spool().read(at.entry());
    packet.setTimes(packet.pts(), dts[place], packet.duration());
    return packet;
  }

  /** How a decoder's buffer fares while this is played, by segment. */
  List<RateBuffer.Stretch> follow(RateBuffer buffer) {
    int[] bytes = places.stream().mapToInt(place -> place.entry().size()).toArray();
    int[] segments = places.stream().mapToInt(Place::segment).toArray();
    return buffer.follow(dts, bytes, segments, timeBase);
  }

  /** When key frames are shown, in ticks, in rising order. */
  List<Long> keyTimes() {
    return places.stream()
        .map(Place::entry)
        .filter(Spool.Entry::isKey)
        .map(Spool.Entry::pts)
        .sorted()
        .toList();
  }
}
