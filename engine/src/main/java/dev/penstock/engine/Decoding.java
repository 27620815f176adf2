package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A decoder that goes on past damage. What it refuses is counted; with {@code strict} it fails the
 * job instead.
 */
final class Decoding implements AutoCloseable {
  private final Decoder decoder;
  private final Account account;
  private final boolean strict;
  private final String subject;

  Decoding(Decoder decoder, Account account, boolean strict, String subject) {
    this.decoder = decoder;
    this.account = account;
    this.strict = strict;
    this.subject = subject;
  }

  /**
   * Feeds one packet, or null at the end, and gives every frame that comes out to {@code sink},
   * which takes it over.
   */
  void decode(@Nullable Packet packet, Consumer<Frame> sink) {
    if (packet != null && packet.isCorrupt()) {
      damage("the container marks a packet as damaged");
    }
    try {
      while (decoder.send(packet) == Flow.AGAIN) {
        if (drain(sink) == 0) {
          throw new IllegalStateException("decoder takes nothing and gives nothing: " + subject);
        }
      }
    } catch (AvException e) {
      survive(e);
    }
    drain(sink);
  }

  private int drain(Consumer<Frame> sink) {
    int frames = 0;
    while (true) {
      Frame frame = Frame.create();
      boolean passed = false;
      try {
        if (decoder.receive(frame) != Flow.OK) {
          return frames;
        }
        if (frame.isDamaged()) {
          damage("the decoder concealed errors in a frame");
        }
        frames++;
        sink.accept(frame);
        passed = true;
      } catch (AvException e) {
        survive(e);
        return frames;
      } finally {
        if (!passed) {
          frame.close();
        }
      }
    }
  }

  private void survive(AvException e) {
    if (e.kind() == AvException.Kind.NO_MEMORY || e.kind() == AvException.Kind.DEVICE) {
      throw e;
    }
    damage(e.lastLog().isEmpty() ? e.reason() : e.lastLog());
  }

  private void damage(String what) {
    account.damaged.incrementAndGet();
    if (strict) {
      throw new FailureException(
          new Failure.BadInput(
              new Diagnosis(
                  subject,
                  Stage.DECODE,
                  "is damaged",
                  what,
                  "leave out --strict to decode past the damage, or get the file again")));
    }
  }

  /** A frame's time, guessed from its predecessor where the file has none. */
  static long timeOf(Frame frame, long expected) {
    long pts = frame.bestEffortPts();
    if (pts != Timestamp.NONE) {
      return pts;
    }
    return expected == Timestamp.NONE ? 0 : expected;
  }

  @Override
  public void close() {
    decoder.close();
  }
}
