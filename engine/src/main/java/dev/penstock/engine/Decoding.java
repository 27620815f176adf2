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
  /** A decoder that answers a damaged packet with an error may have to be asked again. */
  private static final int MAX_TRIES = 64;

  private final Decoder decoder;
  private final boolean owned;
  private final Account.Intake account;
  private final boolean strict;
  private final String subject;

  /** Of a decoder that is closed with this. */
  Decoding(Decoder decoder, Account.Intake account, boolean strict, String subject) {
    this(decoder, /* owned= */ true, account, strict, subject);
  }

  /**
   * @param owned whether the decoder is closed with this
   */
  Decoding(Decoder decoder, boolean owned, Account.Intake account, boolean strict, String subject) {
    this.owned = owned;
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
    for (int tries = 0; !takes(packet); tries++) {
      if (!drain(sink) && tries > MAX_TRIES) {
        throw new IllegalStateException("decoder takes nothing and gives nothing: " + subject);
      }
    }
    boolean _ = drain(sink);
  }

  /** Whether the decoder is done with the packet, be it by refusing it. */
  private boolean takes(@Nullable Packet packet) {
    try {
      return decoder.send(packet) != Flow.AGAIN;
    } catch (AvException e) {
      survive(e);
      return true;
    }
  }

  /** Whether anything came out. What the sink throws is not the decoder's failure. */
  private boolean drain(Consumer<Frame> sink) {
    boolean any = false;
    for (Frame frame = next(); frame != null; frame = next()) {
      any = true;
      sink.accept(frame);
    }
    return any;
  }

  private @Nullable Frame next() {
    try (Frame frame = Frame.create()) {
      if (decoder.receive(frame) != Flow.OK) {
        return null;
      }
      if (frame.isDamaged()) {
        damage("the decoder concealed errors in a frame");
      }
      return frame.move();
    } catch (AvException e) {
      survive(e);
      return null;
    }
  }

  private void survive(AvException e) {
    // Drivers fail in ways that libav has no word for.
    boolean ofDriver =
        !owned && (e.kind() == AvException.Kind.OTHER || e.kind() == AvException.Kind.IO);
    if (ofDriver || e.kind() == AvException.Kind.NO_MEMORY || e.kind().isOfDevice()) {
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
    if (owned) {
      decoder.close();
    }
  }
}
