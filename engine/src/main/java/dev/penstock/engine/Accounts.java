package dev.penstock.engine;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The accounts of a run's tracks, and what they say about it. */
final class Accounts {
  private final Plan plan;
  private final MediaInfo input;
  // Progress is read while a pipeline is built.
  private final SortedMap<Integer, Account> bySlot = new ConcurrentSkipListMap<>();
  private final SortedMap<Integer, Account.Intake> bySource = new TreeMap<>();

  Accounts(Plan plan, MediaInfo input) {
    this.plan = plan;
    this.input = input;
  }

  /** Opens the account of a track of the plan. */
  Account open(int slot, String kind, String codec) {
    int source = plan.tracks().get(slot).source();
    Account account = new Account(intake(source), kind, codec);
    bySlot.put(slot, account);
    return account;
  }

  /**
   * The same for a track that is decoded for itself. Of those that are, the first stands for the
   * source.
   */
  Account openApart(int slot, String kind, String codec) {
    int source = plan.tracks().get(slot).source();
    boolean taken = bySource.containsKey(source);
    Account account = new Account(taken ? intake(source).apart() : intake(source), kind, codec);
    bySlot.put(slot, account);
    return account;
  }

  /** What is read of a track of the input. */
  Account.Intake intake(int source) {
    return bySource.computeIfAbsent(source, Account.Intake::new);
  }

  /** By track of the plan. */
  SortedMap<Integer, Account> bySlot() {
    return bySlot;
  }

  /** By track of the input. */
  SortedMap<Integer, Account.Intake> bySource() {
    return bySource;
  }

  /** All of it as bytes, for {@link #add}. */
  byte[] note() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(bySource.size());
    for (var entry : bySource.entrySet()) {
      out.writeInt(entry.getKey());
      entry.getValue().write(out);
    }
    out.writeInt(bySlot.size());
    for (var entry : bySlot.entrySet()) {
      out.writeInt(entry.getKey());
      out.writeUTF(entry.getValue().kind);
      out.writeUTF(entry.getValue().codec);
      entry.getValue().write(out);
    }
    return bytes.toByteArray();
  }

  /** Adds the accounts of a piece. */
  void add(byte[] note) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(note));
    int sources = in.readInt();
    for (int i = 0; i < sources; i++) {
      intake(in.readInt()).add(in);
    }
    int slots = in.readInt();
    for (int i = 0; i < slots; i++) {
      int slot = in.readInt();
      String kind = in.readUTF();
      String codec = in.readUTF();
      Account account = bySlot.get(slot);
      (account == null ? open(slot, kind, codec) : account).add(in);
    }
  }

  /**
   * Forgets the pictures outside of a segment: they are decoded on the way to it, and belong to
   * others.
   */
  void forgetTrimmed() {
    bySource.values().forEach(in -> in.decoded.addAndGet(-in.trimmed.getAndSet(0)));
  }

  List<Report.TrackResult> results() {
    return bySlot.values().stream().map(Account::result).toList();
  }

  /** Pictures encoded so far, of all tracks. */
  long videoFrames() {
    long frames = 0;
    for (Account account : bySlot.values()) {
      frames += account.kind.equals("video") ? account.encoded.get() : 0;
    }
    return frames;
  }

  /** By track of the plan, of those that have too few bits now. Any thread. */
  Map<Integer, String> starving() {
    Map<Integer, String> all = new TreeMap<>();
    bySlot.forEach((slot, account) ->
        account
            .quantisers
            .warningNow()
            .ifPresent(words -> all.put(slot, name(account.in.source) + ": " + words)));
    return all;
  }

  /** How many encoders of pictures have been opened. Any thread. */
  int encoders() {
    int opened = 0;
    for (Account account : bySlot.values()) {
      opened += account.opened.get() ? 1 : 0;
    }
    return opened;
  }

  /** A frame that went in must have come out, and a track that was planned must be there. */
  void check() {
    for (Account account : bySlot.values()) {
      checkPresent(account);
      if (account.kind.equals("video") && account.encoded.get() != account.packetsOut.get()) {
        throw new FailureException(
            new Failure.Bug(
                new Diagnosis(
                    name(account.in.source),
                    Stage.ENCODE,
                    "frames were lost",
                    account.encoded + " went into the encoder, " + account.packetsOut + " came out",
                    "please report it; nothing was written")));
      }
    }
  }

  /** An output without its picture, or with silence where sound was damaged, is no success. */
  private void checkPresent(Account account) {
    boolean picture = isPicture(account);
    boolean undecoded = account.in.packets.get() > 0 && account.in.decoded.get() == 0;
    boolean lostSound = account.kind.equals("audio") && undecoded;
    if (account.packetsOut.get() > 0 || !(picture || lostSound)) {
      return;
    }
    if (!isOutside(account)) {
      throw new FailureException(nothingOf(account));
    }
    if (bySlot.values().stream().noneMatch(a -> isPicture(a) && a.packetsOut.get() > 0)) {
      throw new FailureException(outside(account));
    }
  }

  private boolean isPart() {
    return plan.input().start().isPresent() || plan.input().duration().isPresent();
  }

  private boolean isPicture(Account account) {
    return input.tracks().get(account.in.source) instanceof Track.Video;
  }

  /** Whether the track is well, and has no picture in the wanted part. */
  private boolean isOutside(Account account) {
    boolean copied = account.kind.equals("copy");
    long decoded = account.in.decoded.get();
    return isPart()
        && isPicture(account)
        && (copied
            || account.in.packets.get() == 0
            || (decoded > 0 && decoded == account.in.trimmed.get()));
  }

  private Failure outside(Account account) {
    return new Failure.BadInput(
        new Diagnosis(
            name(account.in.source),
            Stage.DECODE,
            "has no pictures in the wanted part",
            "all of them lie before --start or behind --duration",
            "change --start or --duration"));
  }

  /** Not one track had anything in it. */
  Failure nothing() {
    return bySlot.values().stream()
        .filter(this::isOutside)
        .findFirst()
        .map(this::outside)
        .orElseGet(() ->
            new Failure.BadInput(
                new Diagnosis(
                    plan.input().source(),
                    Stage.DECODE,
                    "has no frames",
                    "its tracks are empty, cut off before the first frame, or damaged beyond"
                        + " decoding",
                    "get the file again, or try a player on it")));
  }

  private Failure nothingOf(Account account) {
    return new Failure.BadInput(
        new Diagnosis(
            name(account.in.source),
            Stage.DECODE,
            "nothing of it came out",
            account.in.packets.get() == 0
                ? "the track is empty"
                : account.in.packets + " packets were read, " + account.in.decoded + " decoded",
            "get the file again, or leave the track out"));
  }

  /** What the user should know of the tracks. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Account.Intake in : bySource.values()) {
      if (in.damaged.get() > 0) {
        warnings.add(
            name(in.source)
                + ": "
                + in.damaged
                + (in.decoded.get() > 0
                    ? " damaged places were decoded past; the picture or sound there may be wrong"
                    : " damaged packets were copied as they are"));
      }
    }
    bySlot.forEach((slot, account) -> warn(slot, account, warnings));
    return warnings;
  }

  private void warn(int slot, Account account, List<String> warnings) {
    String name = name(account.in.source);
    if (plan.tracks().get(slot) instanceof EncodeVideo video) {
      account.quantisers.words(video).ifPresent(words -> warnings.add(name + ": " + words));
    }
    if (account.retimed.get() > 0) {
      warnings.add(
          name
              + ": "
              + account.retimed
              + " times were equal or fell and were moved by the smallest step");
    }
    if (account.unhidden.get() > 0) {
      warnings.add(
          name
              + ": "
              + account.unhidden
              + " pictures that its edit list cuts off at the end are copied too, because others are"
              + " predicted from them; encode for an exact end");
    }
    if (account.reshaped.get() > 0) {
      warnings.add(
          name
              + ": its size, aspect or format changed "
              + account.reshaped
              + " times on the way; what came later is fitted into the first size");
    }
    if (lostInFilters(slot, account) != 0) {
      warnings.add(
          name
              + ": "
              + lostInFilters(slot, account)
              + " frames were lost between decoder and encoder; please report it");
    }
    if (account.packetsOut.get() == 0) {
      warnings.add(
          name
              + (isOutside(account)
                  ? ": has no pictures in the wanted part and is left out"
                  : ": had nothing in it"));
    }
  }

  /** Only a change of the frame rate may change the number of frames. */
  private long lostInFilters(int slot, Account account) {
    return account.kind.equals("video") && !changesRate(slot)
        ? account.in.decoded.get() - account.in.trimmed.get() - account.encoded.get()
        : 0;
  }

  private boolean changesRate(int slot) {
    return plan.tracks().get(slot) instanceof EncodeVideo video && changesRate(plan, video);
  }

  /** Whether a track of the plan has another number of pictures than its source. */
  static boolean changesRate(Plan plan, EncodeVideo video) {
    boolean after =
        video.after().isPresent()
            && plan.tracks().get(video.after().getAsInt()) instanceof EncodeVideo larger
            && changesRate(plan, larger);
    return after
        || video.filters().stream()
            .anyMatch(f -> f.name().equals("fps") || f.name().equals("framestep"));
  }

  private String name(int source) {
    return plan.input().source() + ", track " + source;
  }
}
