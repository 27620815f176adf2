package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Filter;
import dev.penstock.model.Plan.Surfaces;
import dev.penstock.model.Size;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which filters run on the GPU, and where pictures cross the bus. */
class DeviceChainTest {
  private static final List<String> ALL =
      List.of(
          "scale_cuda",
          "bwdif_cuda",
          "pad_cuda",
          "scale_vaapi",
          "transpose_vaapi",
          "vpp_qsv",
          "deinterlace_vaapi",
          "pad_vaapi");
  private static final Size HD = new Size(1920, 1080);
  private static final Filter SMALLER =
      Filter.of("scale", "smaller", "w", 1280, "h", 720, "flags", "bicubic");
  private static final Filter SQUARE = Filter.of("setsar", "square", "sar", 1);
  private static final Filter NV12 = Filter.of("format", "the encoder's", "pix_fmts", "nv12");
  private static final Filter FLIP = Filter.of("hflip", "mirrored");

  private static String chain(
      Surfaces surfaces, boolean begins, Set<Boolean> ends, String format, Filter... steps) {
    String from = begins ? "nv12" : "yuv420p";
    return Filter.chain(
        DeviceChain.of(
            surfaces, ALL, List.of(steps), new DeviceChain.Place(begins, from, HD), format, ends));
  }

  @Test
  void allOnTheGpu_nothingCrossesTheBus() {
    assertThat(chain(Surfaces.CUDA, true, Set.of(true, false), "nv12", SMALLER, SQUARE, NV12))
        .isEqualTo("scale_cuda=w=1280:h=720:interp_algo=bicubic,setsar=sar=1");
    assertThat(chain(Surfaces.VAAPI, true, Set.of(true), "nv12", SMALLER, FLIP))
        .isEqualTo("scale_vaapi=w=1280:h=720:mode=hq,transpose_vaapi=dir=hflip");
  }

  @Test
  void aFilterTheGpuLacks_costsOneDownloadAndOneUpload() {
    assertThat(chain(Surfaces.CUDA, true, Set.of(true), "nv12", FLIP, SMALLER))
        .isEqualTo(
            "scale_cuda=w=1280:h=720:interp_algo=bicubic"
                .transform(scaled -> "hwdownload,format=pix_fmts=nv12,hflip,hwupload," + scaled));
  }

  @Test
  void anEncoderThatTakesBoth_savesTheUpload() {
    assertThat(chain(Surfaces.CUDA, true, Set.of(true, false), "nv12", SMALLER, FLIP))
        .isEqualTo(
            "scale_cuda=w=1280:h=720:interp_algo=bicubic,hwdownload,format=pix_fmts=nv12,hflip");
  }

  @Test
  void theProcessorsEncoder_getsSmallPicturesDownloaded() {
    assertThat(chain(Surfaces.CUDA, true, Set.of(false), "yuv420p", SMALLER))
        .isEqualTo(
            "scale_cuda=w=1280:h=720:interp_algo=bicubic,hwdownload,format=pix_fmts=nv12,"
                + "format=pix_fmts=yuv420p");
  }

  @Test
  void decodedByTheProcessor_uploadsOnceBeforeTheWork() {
    assertThat(chain(Surfaces.VAAPI, false, Set.of(true), "nv12", SMALLER, NV12))
        .isEqualTo("format=pix_fmts=nv12,hwupload,scale_vaapi=w=1280:h=720:mode=hq");
  }

  @Test
  void anotherDepth_isConvertedOnTheGpu() {
    assertThat(
            Filter.chain(
                DeviceChain.of(
                    Surfaces.CUDA,
                    ALL,
                    List.of(NV12),
                    new DeviceChain.Place(true, "p010le", HD),
                    "nv12",
                    Set.of(true))))
        .isEqualTo("scale_cuda=format=nv12");
  }

  @Test
  void aScalerOfRgb_staysOnTheProcessor() {
    Filter rgb =
        Filter.of("scale", "RGB", "w", 1280, "h", 720, "flags", "x", "out_color_matrix", "bt709");
    assertThat(chain(Surfaces.CUDA, false, Set.of(true, false), "nv12", rgb, NV12))
        .isEqualTo(rgb.text() + ",format=pix_fmts=nv12");
  }

  @Test
  void filtersThatTheBuildLacks_areNotUsed() {
    assertThat(
            Filter.chain(
                DeviceChain.of(
                    Surfaces.CUDA,
                    List.of(),
                    List.of(SMALLER),
                    new DeviceChain.Place(true, "nv12", HD),
                    "nv12",
                    Set.of(true))))
        .isEqualTo("hwdownload,format=pix_fmts=nv12," + SMALLER.text() + ",hwupload");
  }

  @Test
  void theEndOfAChain_isWhereItsLastCrossingLeads() {
    assertThat(DeviceChain.endsOnDevice(true, List.of(SMALLER))).isTrue();
    assertThat(DeviceChain.endsOnDevice(true, List.of(Filter.of("hwdownload", "")))).isFalse();
    assertThat(DeviceChain.endsOnDevice(false, List.of(Filter.of("hwupload", "")))).isTrue();
  }
}
