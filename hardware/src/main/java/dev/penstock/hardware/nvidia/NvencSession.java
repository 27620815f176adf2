package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.hardware.foreign.CFunction;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.nvidia.NvencFacts.NvencCodec;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An open session of NVENC, only to be asked. One thread. */
final class NvencSession {
  static final String OPEN = "nvEncOpenEncodeSessionEx";
  static final int SUCCESS = 0;

  /** The version whose structures are known here: 13.0. */
  private static final int KNOWN = 13 << 4;

  private static final int CUDA = 1;

  /** NV_ENC_CAPS, by number. */
  private static final List<String> CAPS =
      List.of(
          "NUM_MAX_BFRAMES",
          "SUPPORTED_RATECONTROL_MODES",
          "SUPPORT_FIELD_ENCODING",
          "SUPPORT_MONOCHROME",
          "SUPPORT_FMO",
          "SUPPORT_QPELMV",
          "SUPPORT_BDIRECT_MODE",
          "SUPPORT_CABAC",
          "SUPPORT_ADAPTIVE_TRANSFORM",
          "SUPPORT_STEREO_MVC",
          "NUM_MAX_TEMPORAL_LAYERS",
          "SUPPORT_HIERARCHICAL_PFRAMES",
          "SUPPORT_HIERARCHICAL_BFRAMES",
          "LEVEL_MAX",
          "LEVEL_MIN",
          "SEPARATE_COLOUR_PLANE",
          "WIDTH_MAX",
          "HEIGHT_MAX",
          "SUPPORT_TEMPORAL_SVC",
          "SUPPORT_DYN_RES_CHANGE",
          "SUPPORT_DYN_BITRATE_CHANGE",
          "SUPPORT_DYN_FORCE_CONSTQP",
          "SUPPORT_DYN_RCMODE_CHANGE",
          "SUPPORT_SUBFRAME_READBACK",
          "SUPPORT_CONSTRAINED_ENCODING",
          "SUPPORT_INTRA_REFRESH",
          "SUPPORT_CUSTOM_VBV_BUF_SIZE",
          "SUPPORT_DYNAMIC_SLICE_MODE",
          "SUPPORT_REF_PIC_INVALIDATION",
          "PREPROC_SUPPORT",
          "ASYNC_ENCODE_SUPPORT",
          "MB_NUM_MAX",
          "MB_PER_SEC_MAX",
          "SUPPORT_YUV444_ENCODE",
          "SUPPORT_LOSSLESS_ENCODE",
          "SUPPORT_SAO",
          "SUPPORT_MEONLY_MODE",
          "SUPPORT_LOOKAHEAD",
          "SUPPORT_TEMPORAL_AQ",
          "SUPPORT_10BIT_ENCODE",
          "NUM_MAX_LTR_FRAMES",
          "SUPPORT_WEIGHTED_PREDICTION",
          "DYNAMIC_QUERY_ENCODER_CAPACITY",
          "SUPPORT_BFRAME_REF_MODE",
          "SUPPORT_EMPHASIS_LEVEL_MAP",
          "WIDTH_MIN",
          "HEIGHT_MIN",
          "SUPPORT_MULTIPLE_REF_FRAMES",
          "SUPPORT_ALPHA_LAYER_ENCODING",
          "NUM_ENCODER_ENGINES",
          "SINGLE_SLICE_INTRA_REFRESH",
          "DISABLE_ENC_STATE_ADVANCE",
          "OUTPUT_RECON_SURFACE",
          "OUTPUT_BLOCK_STATS",
          "OUTPUT_ROW_STATS",
          "SUPPORT_TEMPORAL_FILTER",
          "SUPPORT_LOOKAHEAD_LEVEL",
          "SUPPORT_UNIDIRECTIONAL_B",
          "SUPPORT_MVHEVC_ENCODE",
          "SUPPORT_YUV422_ENCODE");

  private final Api api;
  private final MemorySegment encoder;

  NvencSession(Api api, MemorySegment encoder) {
    this.api = api;
    this.encoder = encoder;
  }

  /**
   * The functions of the driver.
   *
   * @param version the interface that is spoken: the older one of the driver's and of that known
   *     here; major in the lowest byte, minor in the highest
   */
  record Api(MemorySegment functions, int version) {
    /**
     * @param newest of the driver: major above the lowest four bits
     */
    static Reading<Api> of(SharedLibrary nvenc, int newest, Arena arena) {
      int spoken = Math.min(newest, KNOWN);
      int version = spoken >> 4 | (spoken & 0xf) << 24;
      MemorySegment functions = arena.allocate(VideoStructs.FUNCTIONS);
      functions.set(JAVA_INT, 0, struct(version, 2));
      String create = "NvEncodeAPICreateInstance";
      return checked(SharedLibrary.reading(nvenc.call(create, functions), create))
          .map(_ -> new Api(functions, version));
    }

    /** The word that says which structure the caller knows. */
    static int struct(int version, int number) {
      return version | number << 16 | 0x7 << 28;
    }

    int open(MemorySegment context, MemorySegment out, Arena arena) {
      MemorySegment parameters = arena.allocate(VideoStructs.OPEN);
      parameters.set(JAVA_INT, 0, struct(version, 1));
      parameters.set(JAVA_INT, at("deviceType"), CUDA);
      parameters.set(ADDRESS, at("device"), context);
      parameters.set(JAVA_INT, at("apiVersion"), version);
      return call(OPEN, parameters, out);
    }

    private static long at(String field) {
      return Structs.offset(VideoStructs.OPEN, field);
    }

    int call(String function, Object... arguments) {
      MemorySegment address =
          functions.get(ADDRESS, Structs.offset(VideoStructs.FUNCTIONS, function));
      return CFunction.number(address, arguments);
    }
  }

  static Reading<Integer> checked(Reading<Integer> status) {
    return status instanceof Reading.Present<Integer>(Integer code, String from) && code != SUCCESS
        ? Reading.absent(Why.FAILED, from, NvencFacts.error(code))
        : status;
  }

  void destroy() {
    int _ = api.call("nvEncDestroyEncoder", encoder);
  }

  Reading<List<NvencCodec>> codecs(Arena arena) {
    return guids(arena, "nvEncGetEncodeGUIDCount", "nvEncGetEncodeGUIDs", Optional.empty())
        .map(guids -> guids.stream().map(guid -> codec(guid, arena)).toList());
  }

  private NvencCodec codec(MemorySegment guid, Arena arena) {
    CFunction.Value value = new CFunction.Value(guid, VideoStructs.GUID);
    List<String> profiles =
        guids(
                arena,
                "nvEncGetEncodeProfileGUIDCount",
                "nvEncGetEncodeProfileGUIDs",
                Optional.of(value))
            .toOptional()
            .orElse(List.of())
            .stream()
            .map(NvencGuids::name)
            .toList();
    return new NvencCodec(NvencGuids.name(guid), profiles, caps(value, arena));
  }

  private Reading<List<MemorySegment>> guids(
      Arena arena, String counting, String listing, Optional<CFunction.Value> of) {
    MemorySegment count = arena.allocate(JAVA_INT);
    int counted = api.call(counting, arguments(of, count));
    if (counted != SUCCESS) {
      return Reading.absent(Why.FAILED, counting, NvencFacts.error(counted));
    }
    long size = VideoStructs.GUID.byteSize();
    int room = Math.max(0, count.get(JAVA_INT, 0));
    MemorySegment guids = arena.allocate(VideoStructs.GUID, room);
    int listed = api.call(listing, arguments(of, guids, room, count));
    if (listed != SUCCESS) {
      return Reading.absent(Why.FAILED, listing, NvencFacts.error(listed));
    }
    List<MemorySegment> found = new ArrayList<>();
    for (int i = 0; i < Math.clamp(count.get(JAVA_INT, 0), 0, room); i++) {
      found.add(guids.asSlice(i * size, size));
    }
    return Reading.of(found, listing);
  }

  private Object[] arguments(Optional<CFunction.Value> of, Object... more) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(encoder);
    of.ifPresent(arguments::add);
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private Map<String, Integer> caps(CFunction.Value codec, Arena arena) {
    Map<String, Integer> caps = new TreeMap<>();
    MemorySegment asked = arena.allocate(VideoStructs.CAPS);
    MemorySegment out = arena.allocate(JAVA_INT);
    for (int number = 0; number < CAPS.size(); number++) {
      asked.set(JAVA_INT, 0, Api.struct(api.version(), 1));
      asked.set(JAVA_INT, Structs.offset(VideoStructs.CAPS, "capsToQuery"), number);
      if (api.call("nvEncGetEncodeCaps", encoder, codec, asked, out) == SUCCESS) {
        caps.put(CAPS.get(number), out.get(JAVA_INT, 0));
      }
    }
    return caps;
  }
}
