package dev.penstock.engine;

import dev.penstock.av.Decoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A GPU opened for one piece at a time, with the decoders and filters that run on it: making and
 * destroying them takes the driver a tenth of a second, in which it does so for nobody else. Of one
 * lane at a time, whose stages each come for their own.
 */
final class GpuSession implements AutoCloseable {
  private final @Nullable HwDevice device;
  private final Map<Integer, Decoder> decoders = new HashMap<>();
  private final Map<Graph, FilterGraph> graphs = new HashMap<>();

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

  /** What a chain of filters was built for. */
  record Graph(int slot, String chain, Frame.Shape shape) {}

  /**
   * Filters that hold no picture back, so that nothing of the piece before is in them.
   *
   * @param open makes the first one
   */
  synchronized FilterGraph filters(Graph key, Supplier<FilterGraph> open) {
    FilterGraph kept = graphs.get(key);
    if (kept != null) {
      return kept;
    }
    FilterGraph opened = open.get();
    graphs.put(key, opened);
    return opened;
  }

  @Override
  public void close() {
    graphs.values().forEach(FilterGraph::close);
    graphs.clear();
    decoders.values().forEach(Decoder::close);
    decoders.clear();
    if (device != null) {
      device.close();
    }
  }
}
