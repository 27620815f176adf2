package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.VideoCodec;
import dev.penstock.planner.TestMedia.Pictures;
import org.junit.jupiter.api.Test;

class FfmpegCommandTest {
  @Test
  void encode_rendersEveryChoice() {
    TestMedia media =
        TestMedia.of(new Pictures().codec("vp9").variable())
            .audio("dts", 48000, 6, "5.1(side)")
            .subtitle("subrip", true);
    var plan =
        Job.to("o.mp4")
            .codec(VideoCodec.HEVC)
            .lines(720)
            .start(1.5)
            .duration(4)
            .planned(media)
            .plan();
    assertThat(String.join(" ", FfmpegCommand.of(plan)))
        .isEqualTo(
            "ffmpeg -y -noautorotate -ss 1.5 -t 4 -i in.mkv -map 0:0 -map 0:1 -map 0:2"
                + " -c:0 libx265 -filter:0 scale=w=1280:h=720:flags=bicubic+accurate_rnd+bitexact,setsar=sar=1"
                + " -preset:0 fast -crf:0 24 -g:0 250 -forced-idr:0 1 -threads:0 2 -a53cc:0 1"
                + " -x265-params:0 open-gop=0:info=0 -pix_fmt:0 yuv420p"
                + " -fps_mode:0 passthrough -enc_time_base:0 1:1000 -color_range:0 tv"
                + " -color_primaries:0 bt709 -color_trc:0 bt709 -colorspace:0 bt709"
                + " -chroma_sample_location:0 left -force_key_frames:0 expr:gte(t,n_forced*5)"
                + " -tag:0 hvc1 -map_metadata:s:0 -1 -metadata:s:0 handler_name=Film -metadata:s:0 title=Film -disposition:0 default"
                + " -c:1 aac -filter:1 aresample=async=1:min_hard_comp=0.04,"
                + "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=5.1 -b:1 384000"
                + " -map_metadata:s:1 -1 -metadata:s:1 language=deu -disposition:1 default"
                + " -c:2 mov_text -map_metadata:s:2 -1 -disposition:2 default"
                + " -map_metadata -1 -map_chapters -1 -movflags +faststart -f mp4 o.mp4");
  }

  @Test
  void copy_rendersAsCopy() {
    var plan = Job.to("o.mkv").planned(TestMedia.ordinary().chapter("a", 0, 1)).plan();
    assertThat(String.join(" ", FfmpegCommand.of(plan)))
        .contains("-c:0 copy", "-c:1 copy", "-map_chapters 0", "-f matroska o.mkv");
  }
}
