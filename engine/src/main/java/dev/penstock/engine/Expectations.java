package dev.penstock.engine;

import dev.penstock.av.Timestamp;
import dev.penstock.model.Chapter;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeAudio;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an output must be, from the plan, the facts of the source and the accounts of the run. Pure.
 *
 * @param path for people
 * @param format libav's muxer name
 * @param tracks in their order in it, without those that had nothing in them
 * @param chapters when the last of them ends; zero where there are none
 */
record Expectations(String path, String format, List<Expected> tracks, Duration chapters) {
  Expectations {
    tracks = List.copyOf(tracks);
  }

  /** Without chapters. */
  Expectations(String path, String format, List<Expected> tracks) {
    this(path, format, tracks, Duration.ZERO);
  }

  /** What a track is, as far as it tells what can be asked of it. */
  enum Kind {
    VIDEO,
    AUDIO,
    SUBTITLE,
    PICTURE,
    ATTACHMENT,
    DATA;

    static Kind of(Track track) {
      return switch (track) {
        case Track.Video _ -> VIDEO;
        case Track.Audio _ -> AUDIO;
        case Track.Subtitle _ -> SUBTITLE;
        case Track.Picture _ -> PICTURE;
        case Track.Attachment _ -> ATTACHMENT;
        case Track.Data _ -> DATA;
      };
    }

    /** Whether it has packets one after the other, at times of their own. */
    boolean isContinuous() {
      return this == VIDEO || this == AUDIO;
    }
  }

  /**
   * One track.
   *
   * @param slot in the plan
   * @param codec libav's name
   * @param encoded whether it was made here, rather than copied
   * @param interlaced whether two packets may be one picture
   * @param written what was handed to the container
   * @param pictures how many the encoder must have got; empty where the plan changes their number
   * @param given how many it got
   * @param begins when the first of it is shown or heard, microseconds, as far as it was decoded
   * @param grid of key frames
   * @param interval most pictures from one key frame to the next
   * @param ownKeys why neither can be asked for
   */
  record Expected(
      int slot,
      Kind kind,
      String codec,
      boolean encoded,
      boolean interlaced,
      PacketLog written,
      OptionalLong pictures,
      long given,
      OptionalLong begins,
      Optional<Plan.KeyGrid> grid,
      OptionalInt interval,
      Optional<String> ownKeys) {
    /** For people. */
    String name() {
      return "track " + slot + " of the plan";
    }
  }

  /**
   * Of a file, or of one rendition.
   *
   * @param written accounts of what was handed to the container
   * @param coded accounts of what was decoded and encoded; the same where it was done in one go
   */
  static Expectations of(
      Plan plan,
      MediaInfo source,
      String path,
      String format,
      List<Integer> slots,
      Accounts written,
      Accounts coded) {
    List<Expected> tracks = new ArrayList<>();
    for (int slot : slots) {
      Account out = written.bySlot().get(slot);
      Account in = coded.bySlot().get(slot);
      if (out != null && in != null && out.packetsOut.get() > 0) {
        tracks.add(expected(plan, source, slot, out.written, in));
      }
    }
    return new Expectations(path, format, tracks);
  }

  /** The same of a file with chapters. */
  Expectations withChapters(List<Chapter> chapters) {
    Duration end =
        chapters.stream().map(Chapter::end).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    return new Expectations(path, format, tracks, end);
  }

  private static Expected expected(
      Plan plan, MediaInfo source, int slot, PacketLog written, Account account) {
    Plan.TrackPlan track = plan.tracks().get(slot);
    Track from = source.tracks().get(track.source());
    Kind kind = Kind.of(from);
    boolean interlaced = from instanceof Track.Video video && video.scan().mayBeInterlaced();
    OptionalLong begins = begins(from, account);
    return switch (track) {
      case Plan.Copy copy ->
          new Expected(
              slot,
              kind,
              copy.codec(),
              false,
              interlaced,
              written,
              OptionalLong.empty(),
              0,
              OptionalLong.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              Optional.empty());
      case Plan.ConvertSubtitle subtitle ->
          new Expected(
              slot,
              kind,
              subtitle.codec(),
              true,
              false,
              written,
              OptionalLong.empty(),
              0,
              OptionalLong.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              Optional.empty());
      case EncodeAudio audio ->
          new Expected(
              slot,
              kind,
              audio.codec().id(),
              true,
              false,
              written,
              OptionalLong.empty(),
              0,
              begins,
              Optional.empty(),
              OptionalInt.empty(),
              Optional.empty());
      case EncodeVideo video ->
          new Expected(
              slot,
              kind,
              video.codec().id(),
              true,
              false,
              written,
              pictures(plan, video, account),
              account.encoded.get(),
              changesRate(plan, video) ? OptionalLong.empty() : begins,
              video.grid(),
              interval(video),
              OwnKeys.of(video));
    };
  }

  private static OptionalLong begins(Track from, Account account) {
    long first = account.in.first.get();
    return first == Long.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(
            Timestamp.rescale(first, from.stream().timeBase(), Timestamp.MICROSECONDS));
  }

  /** As many as were decoded and wanted. */
  private static OptionalLong pictures(Plan plan, EncodeVideo video, Account account) {
    return changesRate(plan, video)
        ? OptionalLong.empty()
        : OptionalLong.of(account.in.decoded.get() - account.in.trimmed.get());
  }

  private static boolean changesRate(Plan plan, EncodeVideo video) {
    return Accounts.changesRate(plan, video);
  }

  private static OptionalInt interval(EncodeVideo video) {
    String frames = video.options().get("g");
    return frames == null || !frames.matches("\\d{1,9}")
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(frames));
  }
}
