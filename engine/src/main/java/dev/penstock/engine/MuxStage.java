package dev.penstock.engine;

import dev.penstock.av.Muxer;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.engine.MuxItem.Data;
import dev.penstock.engine.MuxItem.End;
import dev.penstock.engine.MuxItem.Reached;
import dev.penstock.engine.MuxItem.Ready;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes the output. Waits for every track to announce itself, keeping packets meanwhile, so that
 * the tracks stand in the file in the plan's order whatever order they became ready in. A track
 * that ends without having announced itself had nothing in it and is left out.
 */
final class MuxStage implements Destination.Writing, AutoCloseable {
  /**
   * Packets kept while a track is silent. Beyond it the file is too badly interleaved to hold in
   * memory: it is then written as it comes.
   */
  private static final long MAX_WAITING_BYTES = 1L << 30;

  private final Muxer muxer;
  private final Plan plan;
  private final Plan.File file;
  private final Link<MuxItem> link;
  private final Accounts accounts;
  private final Slot[] slots;
  private final Interleaving interleaving;
  private final MediaPosition position = new MediaPosition();
  private final AtomicLong bytes = new AtomicLong();
  private boolean headerWritten;

  /** Writes the tracks of {@code file}. */
  MuxStage(Muxer muxer, Plan plan, Plan.File file, Link<MuxItem> link, Accounts accounts) {
    this.muxer = muxer;
    this.plan = plan;
    this.file = file;
    this.link = link;
    this.accounts = accounts;
    this.slots = new Slot[plan.tracks().size()];
    this.interleaving = new Interleaving(slots.length);
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot();
      if (!file.tracks().contains(i)) {
        slots[i].ended = true;
        interleaving.end(i);
      }
    }
  }

  /** What is known of one track. */
  private static final class Slot {
    @Nullable TrackParameters parameters;
    boolean ended;
    int track = -1;
    long lastDts = Timestamp.NONE;
  }

  @Override
  public void run() {
    try (this) {
      while (!allEnded()) {
        accept(link.receive().orElseThrow(Aborted::new));
      }
      finish();
    }
  }

  /** Ends the file, after every track has ended. */
  void finish() {
    muxer.finish();
    bytes.set(Math.max(bytes.get(), muxer.bytesWritten()));
  }

  /** Frees what waits; the muxer stays its owner's. */
  @Override
  public void close() {
    interleaving.close();
    for (Slot slot : slots) {
      if (slot.parameters != null) {
        slot.parameters.close();
      }
    }
  }

  private boolean allEnded() {
    for (Slot slot : slots) {
      if (!slot.ended) {
        return false;
      }
    }
    return true;
  }

  /** Takes the item over. Not beside {@link #run}. */
  void accept(MuxItem item) {
    switch (item) {
      case Ready ready -> slots[ready.slot()].parameters = ready.parameters();
      case Data data -> interleaving.add(data);
      case Reached reached -> interleaving.reached(reached.slot(), reached.micros());
      case End end -> {
        slots[end.slot()].ended = true;
        interleaving.end(end.slot());
      }
    }
    if (!headerWritten && isComplete()) {
      writeHeader();
    }
    if (headerWritten) {
      writeWaiting();
    } else if (interleaving.bytes() > MAX_WAITING_BYTES) {
      throw tooFarApart();
    }
  }

  private void writeWaiting() {
    for (Optional<Data> next = interleaving.next(); next.isPresent(); next = interleaving.next()) {
      write(next.get());
    }
    while (interleaving.bytes() > MAX_WAITING_BYTES) {
      write(interleaving.earliest().orElseThrow());
    }
  }

  private FailureException tooFarApart() {
    return new FailureException(
        new Failure.Unsupported(
            new Diagnosis(
                plan.input().source(),
                Stage.MUX,
                "its tracks lie too far apart",
                "one track begins more than 1 GiB of output after another",
                "leave the late track out, or remux the file with its tracks interleaved")));
  }

  private boolean isComplete() {
    for (Slot slot : slots) {
      if (slot.parameters == null && !slot.ended) {
        return false;
      }
    }
    return true;
  }

  private void writeHeader() {
    boolean any = false;
    for (int i : file.tracks()) {
      TrackParameters parameters = slots[i].parameters;
      if (parameters != null) {
        Plan.TrackPlan track = plan.tracks().get(i);
        slots[i].track = muxer.add(parameters, codecTag(track), track.labels());
        Account account = accounts.bySlot().get(i);
        if (account != null) {
          account.written.setPadding(parameters.paddingMicros());
        }
        any = true;
      }
    }
    if (!any) {
      throw new FailureException(accounts.nothing());
    }
    muxer.setTags(file.tags());
    muxer.setChapters(file.chapters());
    muxer.writeHeader(file.options());
    headerWritten = true;
  }

  private static String codecTag(Plan.TrackPlan track) {
    return switch (track) {
      case Plan.Copy copy -> copy.codecTag().orElse("");
      case Plan.EncodeVideo video -> video.codecTag().orElse("");
      case Plan.EncodeAudio _, Plan.ConvertSubtitle _ -> "";
    };
  }

  private void write(Data data) {
    try (Packet packet = data.packet()) {
      Slot slot = slots[data.slot()];
      Account account = Objects.requireNonNull(accounts.bySlot().get(data.slot()), "no account");
      Rational base = muxer.timeBase(slot.track);
      packet.rescale(data.timeBase(), base);
      packet.setTrack(slot.track);
      keepRising(packet, slot, account);
      account.packetsOut.incrementAndGet();
      account.bytes.addAndGet(packet.size());
      account.written.add(packet, base);
      position.reached(packet.dts(), packet.duration(), base);
      muxer.write(packet);
    }
    bytes.set(muxer.bytesWritten());
  }

  /** Copied packets may have times no muxer takes: unknown, equal or falling. */
  private static void keepRising(Packet packet, Slot slot, Account account) {
    long dts = packet.dts();
    long pts = packet.pts();
    if (dts == Timestamp.NONE) {
      dts = expected(packet, slot);
    }
    if (slot.lastDts != Timestamp.NONE && dts <= slot.lastDts) {
      dts = slot.lastDts + 1;
      account.retimed.incrementAndGet();
    }
    pts = pts == Timestamp.NONE ? dts : Math.max(pts, dts);
    packet.setTimes(pts, dts, packet.duration());
    slot.lastDts = dts;
  }

  /** A decoding time for a packet without: after the last one, not after it is shown. */
  private static long expected(Packet packet, Slot slot) {
    long pts = packet.pts();
    if (slot.lastDts == Timestamp.NONE) {
      return pts == Timestamp.NONE ? 0 : pts;
    }
    long next = slot.lastDts + Math.max(1, packet.duration());
    return pts == Timestamp.NONE ? next : Math.min(pts, next);
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
