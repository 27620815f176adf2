package dev.penstock.node.worker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Reads messages. One thread. */
public final class FrameReader<T> {
  private static final int HEADER = 4;
  private static final int MOST_SHOWN = 80;

  private final DataInputStream in;
  private final Class<T> type;
  private final int most;

  public FrameReader(InputStream in, Class<T> type) {
    this(in, type, Protocol.MOST_BYTES);
  }

  /**
   * @param most bytes of a frame
   */
  FrameReader(InputStream in, Class<T> type, int most) {
    this.in = new DataInputStream(in);
    this.type = type;
    this.most = most;
  }

  /**
   * The next message; empty at the end, which is between frames.
   *
   * @throws GarbledException when it is none
   * @throws EOFException when the stream ends within it
   */
  public Optional<T> next() throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length == 0) {
      return Optional.empty();
    }
    if (header.length < HEADER) {
      throw new EOFException("the stream ends within the length of a frame");
    }
    int length = ByteBuffer.wrap(header).getInt();
    if (length <= 0 || length > most) {
      throw new GarbledException(
          "a frame cannot have "
              + Integer.toUnsignedString(length)
              + " bytes, and at most "
              + most
              + "; it begins with "
              + shown(header));
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return Optional.of(message(new String(body, StandardCharsets.UTF_8)));
  }

  private T message(String json) throws GarbledException {
    try {
      return Objects.requireNonNull(Wire.read(json, type), "nothing");
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new GarbledException(
          "a frame holds no message that is known: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "; it begins with "
              + shown(
                  json.substring(0, Math.min(MOST_SHOWN, json.length()))
                      .getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static String shown(byte[] bytes) {
    return "'" + new String(bytes, StandardCharsets.UTF_8).replaceAll("\\p{Cc}", "\ufffd") + "'";
  }
}
