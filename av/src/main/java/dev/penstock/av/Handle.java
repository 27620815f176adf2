package dev.penstock.av;

/**
 * One native object and the duty to free it. Not safe for use by two threads at once, {@link
 * #close} included.
 */
public abstract sealed class Handle implements AutoCloseable
    permits Packet,
        Frame,
        Demuxer,
        Decoder,
        FilterGraph,
        MetricGraph,
        Encoder,
        Muxer,
        CmafWriter,
        SubtitleConverter,
        HwDevice,
        TrackParameters {
  private final String name;
  private boolean closed;

  /**
   * @param name what it is, for messages: {@code decoder h264 of track 0}
   */
  Handle(String name) {
    this.name = name;
    OpenHandles.opened(this);
  }

  /** Frees the native object. Called once. */
  abstract void release();

  /** What it is, for messages. */
  public final String name() {
    return name;
  }

  final void requireOpen() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
  }

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      OpenHandles.closed(this);
      release();
    }
  }
}
