package dev.penstock.hardware.capability;

import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecDevice;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecFormat;
import dev.penstock.hardware.nvidia.NvencFacts.NvencCodec;
import dev.penstock.hardware.nvidia.NvencFacts.NvencDevice;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Features;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What CUDA, NVENC and NVDEC answered. */
final class NvidiaDraft {
  private static final String CAPS = "nvEncGetEncodeCaps";

  /** NV_ENC_BFRAME_REF_MODE, by bit. */
  private static final List<String> B_FRAME_REFERENCES = List.of("each", "middle");

  /** NV_ENC_PARAMS_RC_MODE by bit; that of constant quantisers is 0, and always there. */
  private static final List<String> RATE_CONTROLS = List.of("vbr", "cbr");

  private NvidiaDraft() {}

  static Draft add(CudaDevice device, Drafts drafts) {
    Draft draft = drafts.of(device.pci(), device.uuid());
    draft.vendor = Vendor.NVIDIA;
    draft.uuid = device.uuid().toOptional().or(() -> draft.uuid);
    draft.name = device.name().toOptional().orElse(draft.name);
    draft.nameIsOfBus &= device.name().toOptional().isEmpty();
    draft.cuda = OptionalInt.of(device.index());
    draft.memory = device.memory();
    return draft;
  }

  static void add(NvencDevice device, Drafts drafts) {
    Draft draft = add(device.device(), drafts);
    switch (device.codecs()) {
      case Reading.Present<List<NvencCodec>>(List<NvencCodec> codecs, String _) -> {
        codecs.forEach(codec -> draft.capabilities.add(encode(codec)));
        draft.encoders = encoders(codecs);
      }
      case Reading.Absent<List<NvencCodec>>(Why why, String from, String text) ->
          draft.encoders =
              why == Why.UNSUPPORTED
                  ? Reading.of(0, from + ": " + text)
                  : Reading.absent(why, from, text);
    }
  }

  /** Drivers before API 12.1 do not count them. */
  private static Reading<Integer> encoders(List<NvencCodec> codecs) {
    int engines =
        codecs.stream().mapToInt(codec -> codec.cap("NUM_ENCODER_ENGINES")).max().orElse(0);
    return engines > 0 || codecs.isEmpty()
        ? Reading.of(engines, CAPS)
        : Reading.absent(Why.UNSUPPORTED, CAPS, "this driver does not count its encoders");
  }

  private static Capability encode(NvencCodec codec) {
    return new Capability(
        Direction.ENCODE,
        Api.NVENC,
        codec.codec(),
        codec.profiles().stream().filter(profile -> !profile.equals("auto")).toList(),
        formats(codec),
        size(codec.cap("WIDTH_MIN"), codec.cap("HEIGHT_MIN")),
        size(codec.cap("WIDTH_MAX"), codec.cap("HEIGHT_MAX")),
        OptionalInt.of(codec.cap("NUM_MAX_BFRAMES")),
        Optional.of(has(codec, "SUPPORT_LOSSLESS_ENCODE")),
        Optional.of(has(codec, "SUPPORT_LOOKAHEAD")),
        Optional.of(has(codec, "SUPPORT_TEMPORAL_AQ")),
        Optional.of(has(codec, "SUPPORT_WEIGHTED_PREDICTION")),
        Evidence.PROBED,
        CAPS,
        features(codec),
        List.of(),
        Optional.empty());
  }

  /** Spatial adaptive quantisation has no flag: all encoders have it. */
  private static Features features(NvencCodec codec) {
    return new Features(
        Optional.of(named(codec.cap("SUPPORT_BFRAME_REF_MODE"), B_FRAME_REFERENCES)),
        Optional.of(true),
        Optional.of(has(codec, "SUPPORT_CUSTOM_VBV_BUF_SIZE")),
        Optional.of(has(codec, "SUPPORT_DYN_BITRATE_CHANGE")),
        Optional.of(has(codec, "SUPPORT_MULTIPLE_REF_FRAMES")),
        Optional.of(has(codec, "SUPPORT_FIELD_ENCODING")),
        Optional.empty(),
        Stream.concat(
                Stream.of("cqp"),
                named(codec.cap("SUPPORTED_RATECONTROL_MODES"), RATE_CONTROLS).stream())
            .toList());
  }

  /** The names of the bits that are set, from the lowest on. */
  private static List<String> named(int bits, List<String> names) {
    return IntStream.range(0, names.size())
        .filter(bit -> (bits & 1 << bit) != 0)
        .mapToObj(names::get)
        .toList();
  }

  /** There is one flag for the depth and one for each chroma format, none for both together. */
  private static List<Format> formats(NvencCodec codec) {
    List<Format> formats = new ArrayList<>();
    for (String chroma : List.of("4:2:0", "4:2:2", "4:4:4")) {
      boolean supported =
          switch (chroma) {
            case "4:2:2" -> has(codec, "SUPPORT_YUV422_ENCODE");
            case "4:4:4" -> has(codec, "SUPPORT_YUV444_ENCODE");
            default -> true;
          };
      if (supported) {
        formats.add(new Format(chroma, 8));
        if (has(codec, "SUPPORT_10BIT_ENCODE")) {
          formats.add(new Format(chroma, 10));
        }
      }
    }
    return formats;
  }

  private static boolean has(NvencCodec codec, String cap) {
    return codec.cap(cap) != 0;
  }

  static void add(NvdecDevice device, Drafts drafts) {
    Draft draft = add(device.device(), drafts);
    draft.decoders =
        device
            .formats()
            .map(formats -> formats.stream().mapToInt(NvdecFormat::engines).max().orElse(0));
    Map<String, List<NvdecFormat>> codecs = new LinkedHashMap<>();
    for (NvdecFormat format : device.formats().toOptional().orElse(List.of())) {
      codecs.computeIfAbsent(format.codec(), _ -> new ArrayList<>()).add(format);
    }
    codecs.forEach((codec, formats) -> draft.capabilities.add(decode(codec, formats)));
  }

  private static Capability decode(String codec, List<NvdecFormat> formats) {
    NvdecFormat largest = formats.getFirst();
    for (NvdecFormat format : formats) {
      largest = format.maxWidth() > largest.maxWidth() ? format : largest;
    }
    return Capability.of(
            Direction.DECODE,
            Api.NVDEC,
            codec,
            formats.stream().map(format -> new Format(format.chroma(), format.bits())).toList(),
            Evidence.PROBED,
            "cuvidGetDecoderCaps")
        .sized(
            size(largest.minWidth(), largest.minHeight()),
            size(largest.maxWidth(), largest.maxHeight()));
  }

  private static Optional<Size> size(int width, int height) {
    return width > 0 && height > 0 ? Optional.of(new Size(width, height)) : Optional.empty();
  }
}
