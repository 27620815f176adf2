package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.SpoolWriter;
import dev.penstock.av.Timestamp;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Writes packets to a spool as they come; putting them in order is left to whoever reads it. */
final class SpoolStage implements Destination.Writing {
  private final SpoolWriter spool;
  private final Path path;
  private final Link<MuxItem> link;
  private final Accounts accounts;
  private final Map<Integer, Rational> bases = new HashMap<>();
  private final MediaPosition position = new MediaPosition();
  private final AtomicLong bytes = new AtomicLong();
  private final Piece piece;
  private final Set<Integer> begun = new HashSet<>();
  private int open;

  SpoolStage(
      SpoolWriter spool,
      Path path,
      int tracks,
      Piece piece,
      Link<MuxItem> link,
      Accounts accounts) {
    this.spool = spool;
    this.path = path;
    this.open = tracks;
    this.piece = piece;
    this.link = link;
    this.accounts = accounts;
  }

  @Override
  public void run() {
    try {
      while (open > 0) {
        accept(link.receive().orElseThrow(Aborted::new));
      }
      if (piece.ofSegment().isPresent()) {
        accounts.forgetTrimmed();
      }
      spool.finish(accounts.note());
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(path, e), e);
    }
  }

  private void accept(MuxItem item) throws IOException {
    switch (item) {
      case MuxItem.Ready ready -> {
        try (ready) {
          bases.put(ready.slot(), ready.parameters().timeBase());
          spool.describe(ready.slot(), ready.parameters());
        }
      }
      case MuxItem.Data data -> write(data);
      case MuxItem.Reached _ -> {}
      case MuxItem.End _ -> open--;
    }
  }

  /** Whether others come before it in the stream. */
  private boolean isInside() {
    return piece.ofSegment().filter(segment -> segment.index() > 0).isPresent();
  }

  private void write(MuxItem.Data data) throws IOException {
    try (Packet packet = data.packet()) {
      if (isInside() && begun.add(data.slot())) {
        X264Note.in(packet.bytes()).ifPresent(note -> packet.remove(note.at(), note.length()));
      }
      Account account = Objects.requireNonNull(accounts.bySlot().get(data.slot()), "no account");
      account.packetsOut.incrementAndGet();
      account.bytes.addAndGet(packet.size());
      Rational base = Objects.requireNonNull(bases.get(data.slot()), "data before its track");
      packet.rescale(data.timeBase(), base);
      if (packet.pts() != Timestamp.NONE) {
        position.reached(packet.pts(), packet.duration(), base);
      }
      if (!(piece instanceof Piece.Analysis)) {
        spool.write(data.slot(), packet);
      }
    }
    bytes.set(spool.bytes());
  }

  @Override
  public long positionMicros() {
    return position.micros();
  }

  @Override
  public long bytesWritten() {
    return bytes.get();
  }
}
