package dev.penstock.node.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes messages, each at once. Any thread. */
public final class FrameWriter<T> {
  private static final int HEADER = 4;

  private final OutputStream out;
  private final Class<T> type;

  public FrameWriter(OutputStream out, Class<T> type) {
    this.out = out;
    this.type = type;
  }

  /**
   * Writes a message, and waits until it is taken.
   *
   * @throws IOException when nobody reads any more, or the message is too long
   */
  public void write(T message) throws IOException {
    byte[] body = Wire.write(message, type).getBytes(StandardCharsets.UTF_8);
    if (body.length > Protocol.MOST_BYTES) {
      throw new IOException("a message has " + body.length + " bytes, and may not");
    }
    byte[] frame = ByteBuffer.allocate(HEADER + body.length).putInt(body.length).put(body).array();
    synchronized (this) {
      out.write(frame);
      out.flush();
    }
  }
}
