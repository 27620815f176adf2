package dev.penstock.engine;

import dev.penstock.av.Decoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A GPU opened for one piece at a time, with the decoders and filters that run on it: making and
 * destroying them takes the driver a tenth of a second, in which it does so for nobody else. Of one
 * lane at a time, whose stages each come for their own.
 */
final class GpuSession implements AutoCloseable {
  /** Of one track: those of its first shape, and some more where a source is spliced. */
  private static final int MOST_GRAPHS = 4;

  private final @Nullable HwDevice device;
  private final Map<Integer, Decoder> decoders = new HashMap<>();

  /** By track of the plan; those of one in the order of their last use. */
  private final Map<Integer, LinkedHashMap<Graph, FilterGraph>> graphs = new HashMap<>();

  /**
   * @param device owned from here on; null where pictures do not lie on the GPU
   */
  GpuSession(@Nullable HwDevice device) {
    this.device = device;
  }

  @Nullable HwDevice device() {
    return device;
  }

  /**
   * The decoder of a track of the input, ready for another place in it. The session closes it.
   *
   * @param open makes the first one
   */
  Decoder decoder(int source, Supplier<Decoder> open) {
    Decoder kept = decoders.get(source);
    if (kept != null) {
      kept.restart();
      return kept;
    }
    Decoder opened = open.get();
    decoders.put(source, opened);
    return opened;
  }

  /** Whether decoders are to be {@linkplain #dropChanged dropped} before the next piece. */
  boolean hasChanged() {
    return decoders.values().stream().anyMatch(decoder -> !decoder.isAsOpened());
  }

  /**
   * Closes decoders whose parameter sets have changed on the way. The next piece may begin before
   * that, or be read by an input that does not know what this decoder was told.
   */
  void dropChanged() {
    List<Decoder> changed = new ArrayList<>(decoders.values());
    changed.removeIf(Decoder::isAsOpened);
    decoders.values().removeAll(changed);
    changed.forEach(Decoder::close);
  }

  /** What a chain of filters was built for. */
  record Graph(int slot, String chain, Frame.Shape shape, Frame.Tags tags) {}

  /**
   * Filters that hold no picture back, so that nothing of the piece before is in them. They may be
   * closed when others were asked for of the same track; the last ones asked for never are.
   *
   * @param open makes the first one
   */
  synchronized FilterGraph filters(Graph key, Supplier<FilterGraph> open) {
    LinkedHashMap<Graph, FilterGraph> ofSlot =
        graphs.computeIfAbsent(key.slot(), _ -> new LinkedHashMap<>(8, 0.75f, true));
    FilterGraph kept = ofSlot.get(key);
    if (kept != null) {
      return kept;
    }
    FilterGraph opened = open.get();
    ofSlot.put(key, opened);
    if (ofSlot.size() > MOST_GRAPHS) {
      ofSlot.pollFirstEntry().getValue().close();
    }
    return opened;
  }

  @Override
  public void close() {
    graphs.values().forEach(ofSlot -> ofSlot.values().forEach(FilterGraph::close));
    graphs.clear();
    decoders.values().forEach(Decoder::close);
    decoders.clear();
    if (device != null) {
      device.close();
    }
  }
}
