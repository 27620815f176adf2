package dev.penstock.cli;

import dev.penstock.cli.CompareCommand.MetricChoice;
import dev.penstock.cli.OutputOptions.ProgressStyle;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Capability;
import dev.penstock.model.Crop;
import dev.penstock.model.Delivery;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.VideoTarget;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.Verification;
import dev.penstock.model.VideoCodec;
import dev.penstock.node.http.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the values of options: one method for each kind of value. The message of an exception is a
 * clause that follows the option's name.
 */
final class Values {
  static final int MAX_SIDE = 65_536;

  private Values() {}

  /** Makes every command of {@code commandLine} read its values with these methods. */
  static void register(CommandLine commandLine) {
    commandLine
        .registerConverter(VideoTarget.class, Values::video)
        .registerConverter(AudioTarget.class, Values::audio)
        .registerConverter(Preset.class, Values::preset)
        .registerConverter(Tuning.class, Values::tuning)
        .registerConverter(BitRate.class, Values::bitRate)
        .registerConverter(Gop.class, Values::gop)
        .registerConverter(JobSpec.Segments.class, Values::segments)
        .registerConverter(LadderSpec.Rungs.class, Values::rungs)
        .registerConverter(LadderOptions.Codecs.class, Values::codecs)
        .registerConverter(LadderOptions.Formats.class, Values::formats)
        .registerConverter(LadderOptions.AudioList.class, Values::audioList)
        .registerConverter(WorkOptions.ByteCount.class, Values::byteCount)
        .registerConverter(Delivery.Layout.class, text -> word(Delivery.Layout.class, text))
        .registerConverter(Delivery.Scheme.class, text -> word(Delivery.Scheme.class, text))
        .registerConverter(DeliveryOptions.PosterTime.class, Values::posterTime)
        .registerConverter(WorkOptions.Lanes.class, Values::lanes)
        .registerConverter(SizeSpec.class, Values::size)
        .registerConverter(SizeSpec.Lines.class, Values::rungSize)
        .registerConverter(VideoCodec.class, Values::ladderCodec)
        .registerConverter(Rational.class, Values::frameRate)
        .registerConverter(Crop.class, Values::crop)
        .registerConverter(PadSpec.class, Values::pad)
        .registerConverter(TrackNumbers.class, Values::trackNumbers)
        .registerConverter(Lufs.class, Values::lufs)
        .registerConverter(Duration.class, Values::duration)
        .registerConverter(EncoderOption.class, Values::encoderOption)
        .registerConverter(Double.class, Values::number)
        .registerConverter(Integer.class, Values::count)
        .registerConverter(Role.class, text -> word(Role.class, text))
        .registerConverter(
            TokensCommand.Action.class, text -> word(TokensCommand.Action.class, text))
        .registerConverter(LabCommand.Action.class, text -> word(LabCommand.Action.class, text))
        .registerConverter(
            BenchCommand.Subject.class, text -> word(BenchCommand.Subject.class, text))
        .registerConverter(JobSpec.Deinterlace.class, text -> word(JobSpec.Deinterlace.class, text))
        .registerConverter(JobSpec.Rotate.class, text -> word(JobSpec.Rotate.class, text))
        .registerConverter(JobSpec.Hdr.class, text -> word(JobSpec.Hdr.class, text))
        .registerConverter(JobSpec.Subtitles.class, text -> word(JobSpec.Subtitles.class, text))
        .registerConverter(
            JobSpec.Hardware.Use.class, text -> word(JobSpec.Hardware.Use.class, text))
        .registerConverter(Capability.Api.class, Values::encodingApi)
        .registerConverter(MetricChoice.class, text -> word(MetricChoice.class, text))
        .registerConverter(Verification.Level.class, text -> word(Verification.Level.class, text))
        .registerConverter(ProgressStyle.class, text -> word(ProgressStyle.class, text));
  }

  static VideoTarget video(String text) {
    if (text.equals("copy")) {
      return new VideoTarget.Copy();
    }
    return VideoCodec.of(text)
        .map(VideoTarget.Encode::new)
        .orElseThrow(() -> bad(text, "is none of h264, hevc, av1, vp9, copy"));
  }

  static AudioTarget audio(String text) {
    return switch (text) {
      case "copy" -> new AudioTarget.Copy();
      case "none" -> new AudioTarget.None();
      default -> audioEncode(text);
    };
  }

  private static AudioTarget audioEncode(String text) {
    int colon = text.indexOf(':');
    AudioCodec codec =
        AudioCodec.of(colon < 0 ? text : text.substring(0, colon))
            .orElseThrow(
                () -> bad(text, "is none of aac, opus (with a bit rate: aac:128k), copy, none"));
    return new AudioTarget.Encode(
        codec,
        colon < 0
            ? OptionalLong.empty()
            : OptionalLong.of(bitRate(text.substring(colon + 1)).bitsPerSecond()));
  }

  private static Capability.Api encodingApi(String text) {
    return Stream.of(Capability.Api.values())
        .filter(api -> api != Capability.Api.NVDEC)
        .filter(api -> api.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> bad(text, "is none of nvenc, vaapi, qsv, amf, vulkan"));
  }

  static Preset preset(String text) {
    for (Preset preset : Preset.values()) {
      if (preset.id().equals(text)) {
        return preset;
      }
    }
    throw bad(text, "is none of p1 (fastest) to p7 (best)");
  }

  static Tuning tuning(String text) {
    return Tuning.of(text)
        .orElseThrow(
            () -> bad(text, "is none of quality, low-latency, ultra-low-latency, lossless"));
  }

  static BitRate bitRate(String text) {
    double unit = text.isEmpty() ? 1 : unit(text.charAt(text.length() - 1));
    String digits = unit == 1 ? text : text.substring(0, text.length() - 1);
    OptionalDouble number = decimal(digits);
    if (number.isEmpty() || !(number.getAsDouble() * unit >= 1)) {
      throw bad(text, "is not a bit rate (5M, 800k or 2500000)");
    }
    return new BitRate(Math.round(number.getAsDouble() * unit));
  }

  static WorkOptions.ByteCount byteCount(String text) {
    double unit = text.isEmpty() ? 1 : unit(text.charAt(text.length() - 1));
    String digits = unit == 1 ? text : text.substring(0, text.length() - 1);
    OptionalDouble number = decimal(digits);
    if (number.isEmpty() || !(number.getAsDouble() * unit >= 1)) {
      throw bad(text, "is not a number of bytes (50G, 800M or 2500000)");
    }
    return new WorkOptions.ByteCount(Math.round(number.getAsDouble() * unit));
  }

  private static double unit(char letter) {
    return switch (letter) {
      case 'k', 'K' -> 1e3;
      case 'm', 'M' -> 1e6;
      case 'g', 'G' -> 1e9;
      default -> 1;
    };
  }

  static Gop gop(String text) {
    OptionalInt frames = whole(text);
    if (frames.isPresent() && frames.getAsInt() > 0) {
      return new Gop.Frames(frames.getAsInt());
    }
    // A bare number would be frames, so a time must name its unit here.
    Optional<Duration> time =
        text.isEmpty() || !Character.isLetter(text.charAt(text.length() - 1))
            ? Optional.empty()
            : Times.parse(text);
    return time.filter(Duration::isPositive)
        .<Gop>map(Gop.Time::new)
        .orElseThrow(() -> bad(text, "is neither frames (60) nor a time (2s)"));
  }

  static LadderSpec.Rungs rungs(String text) {
    if (text.equals("auto")) {
      return new LadderSpec.Rungs.Auto();
    }
    return new LadderSpec.Rungs.Listed(
        Arrays.stream(text.split(",", -1)).map(RungText::parse).toList());
  }

  static SizeSpec.Lines rungSize(String text) {
    return RungText.lines(text).orElseThrow(() -> bad(text, "is not the size of a rung (720p)"));
  }

  static LadderOptions.Codecs codecs(String text) {
    List<VideoCodec> codecs = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      VideoCodec codec = ladderCodec(word);
      if (!codecs.contains(codec)) {
        codecs.add(codec);
      }
    }
    return new LadderOptions.Codecs(codecs);
  }

  static VideoCodec ladderCodec(String text) {
    return VideoCodec.of(text)
        .filter(found -> found != VideoCodec.VP9)
        .orElseThrow(() -> bad(text, "is not a codec of ladders (h264, hevc, av1)"));
  }

  static LadderOptions.Formats formats(String text) {
    return new LadderOptions.Formats(
        switch (text) {
          case "hls" -> Set.of(LadderSpec.Form.HLS);
          case "dash" -> Set.of(LadderSpec.Form.DASH);
          case "both" -> Set.of(LadderSpec.Form.HLS, LadderSpec.Form.DASH);
          case "files" -> Set.of(LadderSpec.Form.FILES);
          default -> throw bad(text, "is none of hls, dash, both, files");
        });
  }

  static LadderOptions.AudioList audioList(String text) {
    return new LadderOptions.AudioList(
        Arrays.stream(text.split(",", -1)).map(Values::audio).toList());
  }

  static WorkOptions.Lanes lanes(String text) {
    if (text.equals("auto")) {
      return new WorkOptions.Lanes(OptionalInt.empty());
    }
    OptionalInt count = whole(text);
    if (count.isEmpty() || count.getAsInt() < 1 || count.getAsInt() > 64) {
      throw bad(text, "is neither auto nor a number from 1 to 64");
    }
    return new WorkOptions.Lanes(count);
  }

  static JobSpec.Segments segments(String text) {
    return switch (text) {
      case "auto" -> new JobSpec.Segments.Auto();
      case "off" -> new JobSpec.Segments.Off();
      default ->
          Times.parse(text)
              .filter(length -> length.compareTo(Duration.ofSeconds(1)) >= 0)
              .<JobSpec.Segments>map(JobSpec.Segments.Every::new)
              .orElseThrow(() -> bad(text, "is neither auto, off nor a length such as 20s"));
    };
  }

  static SizeSpec size(String text) {
    return sizeSpec(text)
        .orElseThrow(() ->
            bad(text, "is not a size (720p, 1280x720 to fit inside, 1280x720! exactly, 50%)"));
  }

  private static Optional<SizeSpec> sizeSpec(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String start = text.substring(0, text.length() - 1);
    return switch (text.charAt(text.length() - 1)) {
      case 'p' -> side(start).map(SizeSpec.Lines::new);
      case '%' -> percent(start);
      case '!' -> dimensions(start).map(SizeSpec.Exactly::new);
      default -> dimensions(text).map(SizeSpec.Within::new);
    };
  }

  private static Optional<SizeSpec> percent(String text) {
    OptionalDouble number = decimal(text);
    return number.isPresent() && number.getAsDouble() > 0 && number.getAsDouble() <= 1000
        ? Optional.of(new SizeSpec.Percent(number.getAsDouble()))
        : Optional.empty();
  }

  private static Optional<Size> dimensions(String text) {
    int x = text.indexOf('x');
    if (x < 0) {
      return Optional.empty();
    }
    Optional<Integer> width = side(text.substring(0, x));
    Optional<Integer> height = side(text.substring(x + 1));
    return width.isPresent() && height.isPresent()
        ? Optional.of(new Size(width.get(), height.get()))
        : Optional.empty();
  }

  private static Optional<Integer> side(String text) {
    OptionalInt number = whole(text);
    return number.isPresent() && number.getAsInt() > 0 && number.getAsInt() <= MAX_SIDE
        ? Optional.of(number.getAsInt())
        : Optional.empty();
  }

  static Rational frameRate(String text) {
    try {
      Rational rate = Rational.parse(text);
      if (rate.num() > 0) {
        return rate;
      }
    } catch (IllegalArgumentException _) {
      // Falls through to the message that names the accepted forms.
    }
    throw bad(text, "is not a frame rate (25, 29.97 or 30000/1001)");
  }

  static Crop crop(String text) {
    return cropSpec(text.split("\\+", -1))
        .orElseThrow(() ->
            bad(text, "is not WIDTHxHEIGHT+X+Y (1920x800+0+140 leaves out 140 lines at the top)"));
  }

  private static Optional<Crop> cropSpec(String[] parts) {
    if (parts.length != 3) {
      return Optional.empty();
    }
    Optional<Size> size = dimensions(parts[0]);
    OptionalInt x = whole(parts[1]);
    OptionalInt y = whole(parts[2]);
    return size.isPresent() && x.isPresent() && y.isPresent()
        ? Optional.of(new Crop(size.get().width(), size.get().height(), x.getAsInt(), y.getAsInt()))
        : Optional.empty();
  }

  static PadSpec pad(String text) {
    int colon = text.indexOf(':');
    Optional<PadSpec> spec =
        colon < 0
            ? dimensions(text).map(PadSpec.To::new)
            : aspect(text.substring(0, colon), text.substring(colon + 1));
    return spec.orElseThrow(() -> bad(text, "is neither a size (1280x720) nor an aspect (16:9)"));
  }

  private static Optional<PadSpec> aspect(String width, String height) {
    Optional<Integer> w = side(width);
    Optional<Integer> h = side(height);
    return w.isPresent() && h.isPresent()
        ? Optional.of(new PadSpec.Aspect(new Rational(w.get(), h.get())))
        : Optional.empty();
  }

  static TrackNumbers trackNumbers(String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      OptionalInt number = whole(part);
      if (number.isEmpty() || number.getAsInt() < 1) {
        throw bad(text, "is not a list of track numbers counted from 1 (1,3)");
      }
      if (numbers.contains(number.getAsInt())) {
        throw bad(text, "names track " + number.getAsInt() + " twice");
      }
      numbers.add(number.getAsInt());
    }
    return new TrackNumbers(numbers);
  }

  static Lufs lufs(String text) {
    boolean named = text.toUpperCase(Locale.ROOT).endsWith("LUFS");
    String digits = named ? text.substring(0, text.length() - 4).strip() : text;
    OptionalDouble number = decimal(digits.startsWith("-") ? digits.substring(1) : digits);
    boolean above = !digits.startsWith("-") && number.orElse(0) > 0;
    if (number.isEmpty() || above || number.getAsDouble() > 70) {
      throw bad(text, "is not a loudness from -70 to 0 (-23LUFS or -23)");
    }
    return new Lufs(0 - number.getAsDouble());
  }

  static EncoderOption encoderOption(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw bad(text, "is not NAME=VALUE");
    }
    return new EncoderOption(text.substring(0, equals), text.substring(equals + 1));
  }

  static Duration duration(String text) {
    return Times.parse(text)
        .orElseThrow(() -> bad(text, "is not a time (90, 90s, 1m30s or 00:01:30.5)"));
  }

  static DeliveryOptions.PosterTime posterTime(String text) {
    if (text.equals("auto")) {
      return new DeliveryOptions.PosterTime(Optional.empty());
    }
    return Times.parse(text)
        .map(time -> new DeliveryOptions.PosterTime(Optional.of(time)))
        .orElseThrow(() ->
            bad(text, "is neither a time (12s) nor auto; a file behind it needs --poster=auto"));
  }

  static double number(String text) {
    return decimal(text).orElseThrow(() -> bad(text, "is not a number of 0 or more"));
  }

  static int count(String text) {
    OptionalInt number = whole(text);
    if (number.isEmpty() || number.getAsInt() < 1) {
      throw bad(text, "is not a whole number of 1 or more");
    }
    return number.getAsInt();
  }

  /** One of an enum's constants, in lower case, its words joined by dashes. */
  static <E extends Enum<E>> E word(Class<E> type, String text) {
    StringBuilder words = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (word.equals(text)) {
        return constant;
      }
      words.append(words.isEmpty() ? "" : ", ").append(word);
    }
    throw bad(text, "is none of " + words);
  }

  /** Digits only: unlike {@code parseInt}, no sign. */
  static OptionalInt whole(String text) {
    if (text.isEmpty() || text.length() > 9) {
      return OptionalInt.empty();
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalInt.empty();
      }
      number = number * 10 + (c - '0');
    }
    return OptionalInt.of(number);
  }

  /** Digits with at most one point: unlike {@code parseDouble}, no sign, exponent, NaN or hex. */
  static OptionalDouble decimal(String text) {
    boolean digit = false;
    boolean point = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && !point) {
        point = true;
      } else if (c >= '0' && c <= '9') {
        digit = true;
      } else {
        return OptionalDouble.empty();
      }
    }
    return digit && text.length() <= 15
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  private static TypeConversionException bad(String text, String problem) {
    return new TypeConversionException("'" + text + "' " + problem);
  }
}
