# GMShoot.  `make help` lists what a user must know.

SHELL    := /bin/bash
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
BUILD    ?= build
PORT     ?= 8080
PREFIX   ?= /usr/local

WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wformat=2 -Wvla
OPT      ?= -O2
# No result depends on the machine: no product is fused with its sum.  Nobody
# asks errno after a root, which would keep it from being one instruction.
STD      := -std=gnu11 -D_GNU_SOURCE -pthread -ffp-contract=off \
            -fno-math-errno
ifdef CI
WARN     += -Werror
endif
ifdef SAN
OPT      := -O1 -fno-omit-frame-pointer
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined
override BUILD := $(BUILD)/san
endif
ifdef TSAN
OPT      := -O1
SANFLAGS := -fsanitize=thread
override BUILD := $(BUILD)/tsan
endif

PKGS      = libcjson libcurl libmd libqrencode libv4l2 sqlite3
CFLAGS   ?= -g
ALLFLAGS  = $(STD) $(OPT) $(CFLAGS) $(WARN) $(SANFLAGS) -MMD -MP $(PKGFLAGS)
PKGFLAGS  = $(shell pkg-config --cflags $(PKGS))
LIBS      = $(shell pkg-config --libs $(PKGS)) -ljpeg -lm

IPC_SRC    := $(wildcard ipc/*.c)
WORKER_SRC := $(wildcard worker/*.c worker/*/*.c)
UNIT_SRC   := $(wildcard t/unit/*.c)
C_ALL      := $(IPC_SRC) $(WORKER_SRC) $(UNIT_SRC) $(wildcard t/lib/*.c) \
              $(wildcard bench/*.c)

LIB_OBJ  := $(patsubst %.c,$(BUILD)/obj/%.o,$(IPC_SRC) \
              $(filter-out worker/main.c,$(WORKER_SRC)))
UNIT_BIN := $(patsubst t/unit/%.c,$(BUILD)/t/unit/%,$(UNIT_SRC))
MODULE   := $(BUILD)/ngx_http_gmshoot_module.so

# The same unit tests with the address and undefined-behaviour sanitizers (but
# for the long recordings, and the scenes that test-san plays), the inputs of
# before for the fuzzers, and those with threads with the thread sanitizer.
SAN_SCENES := calibrate candidates moves papers

ifeq ($(SAN)$(TSAN),)
SAN_BIN  := $(patsubst t/unit/%.c,$(BUILD)/san/t/unit/%, \
              $(filter-out $(patsubst %,t/unit/%.c, \
                detect_clips grade $(SAN_SCENES)),$(UNIT_SRC))) \
            $(patsubst t/fuzz/%.c,$(BUILD)/san/t/fuzz/%, \
              $(wildcard t/fuzz/*_fuzz.c))
TSAN_BIN := $(patsubst %,$(BUILD)/tsan/t/unit/%,ring_processes mailbox inbox reel)
endif

# Tests in the order in which a failure says most.
TESTS    ?= $(UNIT_BIN) $(SAN_BIN) $(TSAN_BIN) $(sort $(wildcard t/cli/*.t)) \
            $(sort $(wildcard t/nginx/*.t)) $(sort $(wildcard t/fault/*.t)) \
            $(sort $(wildcard t/browser/*.t))

help:
	@echo 'make run      two simulated lanes on http://localhost:8080'
	@echo '              PORT=8081, RANGES=FILE, or one camera of yours:'
	@echo '              CAMERA=http://... TARGET=NAME CALIBER=9mm'
	@echo '              TLS=1: https too, so that a phone can be a camera'
	@echo 'make test     all tests            make bench    what it can do'
	@echo 'make lint     clang-tidy, cppcheck make format   clang-format'
	@echo 'make accuracy what it finds: ROWS=clean,shake SHOTS=60 SEEDS=1..999'
	@echo 'make uncertainty  whether it knows how sure it may be'
	@echo 'make bench-fanout  what an audience costs: FANOUT=--quick'
	@echo 'make bench-live  what live pictures cost'
	@echo 'make bench-cameras  how many lanes this computer carries'
	@echo 'make soak     every process killed 200 times while lanes shoot'
	@echo 'make soak-cameras  cameras that come and go for a week'
	@echo 'make bench-pages  how fast the pages are'
	@echo 'make soak-page  ten shots a second for ten minutes on a page'
	@echo 'make soak-front  reloads, clients and events by the thousand'
	@echo 'make fuzz     hostile inputs for a while, FUZZ_SECONDS=60'
	@echo 'make test-san tests of nginx, with it and the worker sanitized'
	@echo 'make arm64    cross-built, and the same shots under emulation'
	@echo 'make install  into $(PREFIX)       make clean'
	@echo 'SAN=1 builds with the address and undefined-behaviour sanitizers'

all: $(BUILD)/gmshoot $(BUILD)/gmshoot-av $(MODULE)

# Installs what is missing; leaves a stamp that a changed list outdates.
$(BUILD)/.packages-%: tools/packages tools/install.sh
	@mkdir -p $(@D)
	@tools/install.sh $(subst +, ,$*)
	@touch $@

packages: $(BUILD)/.packages-build

$(BUILD)/obj/%.o: %.c | packages
	@mkdir -p $(@D)
	@echo '  CC  $<'
	@$(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/libgms.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/gmshoot: $(BUILD)/obj/worker/main.o $(BUILD)/libgms.a
	@echo '  LD  $@'
	@$(CC) $(ALLFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS)

# Reads video streams; under the GPL with Debian's libraries, so it is a
# program of its own, and nothing of it is linked into gmshoot.
AV_PKGS := libavformat libavcodec libavutil libswscale libseccomp gnutls

$(BUILD)/gmshoot-av: $(wildcard av/*.[ch]) | packages
	@mkdir -p $(@D)
	@echo '  CC  $@'
	@$(CC) $(filter-out -MMD -MP,$(STD) $(OPT) $(CFLAGS) $(WARN) $(SANFLAGS)) \
	    $$(pkg-config --cflags $(AV_PKGS)) -o $@ $(filter %.c,$^) $(LDFLAGS) \
	    $$(pkg-config --libs $(AV_PKGS))

$(MODULE): $(wildcard ngx_module/*) $(wildcard ipc/*) config | packages
	@mkdir -p $(@D)
	@echo '  NGX $@'
	@tools/build-module.sh $(CURDIR) $(abspath $(BUILD))

$(BUILD)/t/unit/%: t/unit/%.c $(BUILD)/libgms.a
	@mkdir -p $(@D)
	@echo '  CC  $<'
	@$(CC) $(ALLFLAGS) -I. -MF $(BUILD)/t/unit/$*.d -o $@ \
	    $(filter %.c %.o,$^) $(BUILD)/libgms.a -lcmocka $(LDFLAGS) $(LIBS)

$(BUILD)/t/unit/moves: $(BUILD)/obj/bench/stage.o

# What gmshoot-av makes of decoded pictures, and of its sockets.
$(BUILD)/t/unit/av_lag: av/lag.c
$(BUILD)/t/unit/av_picture: av/picture.c
$(BUILD)/t/unit/av_picture: private PKGFLAGS += $(shell pkg-config --cflags $(AV_PKGS))
$(BUILD)/t/unit/av_picture: private LIBS += $(shell pkg-config --libs $(AV_PKGS))

$(BUILD)/t/unit/av_sandbox: av/sandbox.c
$(BUILD)/t/unit/av_sandbox: private LIBS += $(shell pkg-config --libs libseccomp)

$(BUILD)/t/lib/%: t/lib/%.c $(BUILD)/libgms.a
	@mkdir -p $(@D)
	@$(CC) $(ALLFLAGS) -I. -MF $(BUILD)/t/lib/$*.d -o $@ \
	    $(filter %.c %.o,$^) $(BUILD)/libgms.a $(LDFLAGS) $(LIBS)

$(BUILD)/t/lib/fake_worker: $(BUILD)/obj/bench/histogram.o

# A fake worker and a module of the next layout, for the test of upgrades: the
# same but for what both sides share.
NEXT     := $(BUILD)/t/lib/next_worker $(BUILD)/t/lib/next_module.so
NEXT_CC   = $(CC) $(filter-out -MMD -MP $(SANFLAGS),$(ALLFLAGS)) -I. \
            -DGMS_LAYOUT_VERSION=2000

$(BUILD)/t/lib/next_worker: t/lib/fake_worker.c $(wildcard ipc/*.[ch]) \
    bench/histogram.c
	@mkdir -p $(@D)
	@$(NEXT_CC) -o $@ $(filter %.c,$^) $(LDFLAGS) -lm

$(BUILD)/t/lib/next_module.so: $(MODULE)
	@mkdir -p $(@D)
	@$(NEXT_CC) -shared -fPIC -o $@ $(wildcard ipc/*.c) \
	    $(BUILD)/nginx-module/addon/ngx_module/*.o \
	    $(BUILD)/nginx-module/*_modules.o $(shell pkg-config --libs libmd)

# What is loaded before a library, to play what it would find.
PRELOAD  := $(patsubst t/preload/%.c,$(BUILD)/t/preload/%.so, \
              $(wildcard t/preload/*.c))

$(BUILD)/t/preload/%.so: t/preload/%.c
	@mkdir -p $(@D)
	@$(CC) $(STD) $(OPT) $(CFLAGS) $(WARN) -MMD -MP -I. -fPIC -shared -o $@ $< -ldl

# Programs of bench/; the other files there are parts of them.
BENCH_BIN := $(patsubst %,$(BUILD)/bench/%,latency accuracy empty-lane \
              calibration changes uncertainty stages group history \
              audience floor poster viewer)

$(BUILD)/bench/%: bench/%.c $(BUILD)/libgms.a
	@mkdir -p $(@D)
	@echo '  CC  $<'
	@$(CC) $(ALLFLAGS) -I. -MF $(BUILD)/bench/$*.d -o $@ \
	    $(filter %.c %.o,$^) $(BUILD)/libgms.a $(LDFLAGS) $(LIBS)

$(BUILD)/obj/bench/%.o: bench/%.c | packages
	@mkdir -p $(@D)
	@echo '  CC  $<'
	@$(CC) $(ALLFLAGS) -I. -c -o $@ $<

$(BUILD)/bench/accuracy: $(patsubst %,$(BUILD)/obj/bench/%.o, \
    certain naive rows scene table tally trace)

$(BUILD)/bench/audience: $(patsubst %,$(BUILD)/obj/bench/%.o, \
    answer histogram listener)
$(BUILD)/bench/viewer: $(patsubst %,$(BUILD)/obj/bench/%.o, answer histogram)
$(BUILD)/bench/floor $(BUILD)/bench/poster: $(patsubst %, \
    $(BUILD)/obj/bench/%.o, histogram pace)

$(BUILD)/bench/empty-lane: $(patsubst %,$(BUILD)/obj/bench/%.o, \
    empty_lane naive scene) $(BUILD)/libgms.a
	@mkdir -p $(@D)
	@$(CC) $(ALLFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS)

$(BUILD)/bench/uncertainty: $(patsubst %,$(BUILD)/obj/bench/%.o, \
    certain naive rows scene tally)

$(BUILD)/bench/changes: $(patsubst %,$(BUILD)/obj/bench/%.o, \
    play change_paper change_camera stage tally certain scene naive)

# Doors that a clock is put around.
STAGES := gms_jpeg_decode_gray gms_detector_push gms_register_find \
          gms_field_update gms_warp gms_gain_update gms_change_find \
          gms_change_follow gms_change_renew_some gms_change_measure \
          gms_blobs_join gms_tracks_update gms_candidates_attend

$(BUILD)/bench/stages: $(patsubst %,$(BUILD)/obj/bench/%.o, rows scene naive)
$(BUILD)/bench/stages: private LDFLAGS += $(STAGES:%=-Wl,--wrap=%)

# A camera's codec, for these alone: with libx264 they are under the GPL and
# never installed.
H264_USERS := $(patsubst %,$(BUILD)/%,bench/accuracy bench/empty-lane \
                bench/changes bench/uncertainty bench/stages t/unit/h264 \
                t/unit/grade)
H264_PKGS  := libavcodec libavutil

$(H264_USERS): $(BUILD)/obj/bench/h264.o
$(H264_USERS): private LIBS += $(shell pkg-config --libs $(H264_PKGS))
$(BUILD)/obj/bench/h264.o: private PKGFLAGS += \
    $(shell pkg-config --cflags $(H264_PKGS))

run: all
	@BUILD=$(BUILD) PORT=$(PORT) TLS='$(TLS)' TLS_PORT='$(TLS_PORT)' \
	    RANGES='$(RANGES)' CAMERA='$(CAMERA)' \
	    TARGET='$(TARGET)' CALIBER='$(CALIBER)' DISTANCE='$(DISTANCE)' \
	    exec tools/run.sh

node_modules/.stamp: package.json package-lock.json | $(BUILD)/.packages-test
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Four run at a time.  Prove takes those outside of any seq first: servers,
# which mostly wait; then, of those with a browser, of those that compute and
# of those that start whole programs, some of each, the longest ones first.
PROVE    = --jobs 4 --rules 'seq=t/browser/9*.t' \
           --rules 'seq=t/browser/{1,2,3}*.t' --rules 'seq=$(BUILD)/t/**' \
           --rules 'seq=$(BUILD)/**' --rules 'seq=t/cli/*.t' --rules 'par=**'

TEST_ENV = GMS_BUILD=$(abspath $(BUILD)) GMS_MODULE=$(abspath $(MODULE)) \
           GMS_REPO=$(CURDIR)

unit: $(UNIT_BIN)

test: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory tested

# In a make of its own, so that what was installed is seen.
tested: all unit $(BENCH_BIN) \
        $(patsubst t/lib/%.c,$(BUILD)/t/lib/%,$(wildcard t/lib/*.c)) $(NEXT) \
        $(PRELOAD) node_modules/.stamp
	@$(if $(filter $(SAN_BIN),$(TESTS)),$(MAKE) --no-print-directory \
	    SAN=1 $(filter $(SAN_BIN),$(TESTS)))
	@$(if $(filter $(TSAN_BIN),$(TESTS)),$(MAKE) --no-print-directory \
	    TSAN=1 $(filter $(TSAN_BIN),$(TESTS)))
	@$(TEST_ENV) prove --timer --exec tools/run-test.sh $(PROVE) \
	    $(TESTS)

# Long: whole scenes; then what talks to nginx, with an nginx from Debian's
# source that has the module in it, and a worker, all with the address and
# undefined-behaviour sanitizers; then that with the nginx of the next release.
# One at a time: they are slow then, and some look at the clock.
SAN_TESTS ?= $(sort $(wildcard t/nginx/*.t)) $(sort $(wildcard t/fault/*.t)) \
             t/cli/80-openapi.t t/cli/91-directives.t
SAN_NGINX ?= bookworm trixie

test-san: $(BUILD)/.packages-build+test+san
	@$(MAKE) --no-print-directory SAN=1 sanitized

sanitized: $(BUILD)/gmshoot $(BUILD)/gmshoot-av $(PRELOAD) \
        $(patsubst t/lib/%.c,$(BUILD)/t/lib/%,$(wildcard t/lib/*.c)) \
        $(patsubst %,$(BUILD)/t/unit/%,$(SAN_SCENES))
	@set -e; for n in $(SAN_NGINX); do \
	    tools/build-nginx.sh . $$n $(BUILD)/nginx/$$n; done
	@rc=0; for s in $(SAN_SCENES); do \
	    prove --timer --exec tools/run-test.sh $(BUILD)/t/unit/$$s || rc=1; \
	done; for n in $(SAN_NGINX); do $(TEST_ENV) \
	    tools/test-sanitized.sh $(abspath $(BUILD)) $$n $(SAN_TESTS) || rc=1; \
	done; exit $$rc

bench: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory benched

benched: all $(BENCH_BIN)
	@$(TEST_ENV) bench/latency.sh

# How fast the pages are: first paint, a shot, a frame, a thousand sessions.
bench-pages: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory paged

paged: node_modules/.stamp
	@GMS_BENCH=1 node --test --test-name-pattern=speed --test-concurrency=1 \
	    --test-reporter=./t/browser/tap.mjs t/browser/page.test.mjs \
	    t/browser/screen.test.mjs
	@node --test --test-reporter=./t/browser/tap.mjs t/slow/history.test.mjs

# Long: ten shots a second for ten minutes on the shooter's page.
SOAK_S   ?= 600

soak-page: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory soaked-page

soaked-page: node_modules/.stamp
	@GMS_SOAK_S=$(SOAK_S) node --test --test-reporter=./t/browser/tap.mjs \
	    t/slow/page.test.mjs

# Long: accuracy in simulated conditions, docs/accuracy.md.
ROWS     ?= all
SHOTS    ?= 60
SEEDS    ?= 1..999

accuracy: $(BUILD)/bench/accuracy
	@$< --rows $(ROWS) --shots $(SHOTS) --seeds $(SEEDS) \
	    --json $(BUILD)/accuracy.json

# Long: what is seen where nobody shoots.
MINUTES  ?= 60

empty-lane: $(BUILD)/bench/empty-lane
	@$< --minutes $(MINUTES)

# Long: whether it knows how sure it may be.
GROUPS   ?= all

uncertainty: $(BUILD)/bench/uncertainty
	@GMSHOOT_TARGETS=conf/targets.conf $< --groups $(GROUPS) \
	    --shots $(SHOTS) --seeds $(SEEDS) --json $(BUILD)/uncertainty.json

# What it makes of other paper and of a camera that moves.
CHANGES  ?= 1..40

changes: $(BUILD)/bench/changes
	@$< --seeds $(CHANGES) --json $(BUILD)/changes.json

# How well cards are found by their print alone.
PICTURES ?= 24

calibration: $(BUILD)/bench/calibration
	@GMSHOOT_TARGETS=conf/targets.conf $< $(PICTURES)

# Beside nchan and a server that does nothing else: bench/fanout.pl --help.
FANOUT   ?=

bench-fanout: $(BUILD)/.packages-build+test+bench
	@$(MAKE) --no-print-directory fanned

fanned: all $(patsubst %,$(BUILD)/%,bench/audience bench/floor bench/poster \
        t/lib/fake_worker)
	@$(TEST_ENV) bench/fanout.pl --json $(BUILD)/fanout.json $(FANOUT)

# The same of live pictures: bench/live.pl --help.
LIVE     ?=

bench-live: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory viewed

viewed: all $(BUILD)/bench/viewer $(BUILD)/t/lib/fake_worker
	@$(TEST_ENV) bench/live.pl --json $(BUILD)/live.json $(LIVE)

# How many lanes: bench/cameras.pl --help.
CAMERAS  ?=

bench-cameras: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory laned

laned: all $(BUILD)/t/lib/record
	@$(TEST_ENV) bench/cameras.pl --json $(BUILD)/cameras.json $(CAMERAS)

lint: $(BUILD)/.packages-build+test+lint
	@$(MAKE) --no-print-directory linted

TIDY := $(patsubst %.c,$(BUILD)/lint/%.tidy,$(IPC_SRC) $(WORKER_SRC))

$(BUILD)/lint/%.tidy: %.c .clang-tidy
	@mkdir -p $(@D)
	@echo '  TIDY $<'
	@clang-tidy --quiet --warnings-as-errors='*' $< -- $(STD) $(PKGFLAGS) \
	    -Wno-unknown-warning-option 2>&1 | \
	    sed -E '/^[0-9]+ warnings? generated/d'; exit $${PIPESTATUS[0]}
	@touch $@

linted: $(TIDY)
	@clang-format --dry-run --Werror $(FORMATTED)
	@tools/limits.sh $(FORMATTED)
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability \
	    --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 \
	    -j2 av ipc worker ngx_module
	@shellcheck tools/*.sh .ci/run $(wildcard bench/*.sh)

# Each fuzzer, or those named, for FUZZ_SECONDS on inputs that it makes up from
# those of t/fuzz/corpus, which make test gives to all of them; what it finds
# stays in build/fuzz/.
FUZZ_SECONDS ?= 60
FUZZERS  ?= $(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*_fuzz.c))

FUZZ_FLAGS := -g -O1 $(STD) -fsanitize=address,undefined
FUZZ_OBJ := $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,$(IPC_SRC) \
              $(filter-out worker/main.c,$(WORKER_SRC)))

$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	@clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP $(PKGFLAGS) \
	    -c -o $@ $<

$(BUILD)/fuzz/libgms.a: $(FUZZ_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/fuzz/%: t/fuzz/%.c $(BUILD)/fuzz/libgms.a
	@clang $(FUZZ_FLAGS) -fsanitize=fuzzer -I. $(PKGFLAGS) -o $@ $< \
	    $(BUILD)/fuzz/libgms.a -lcmocka $(LIBS)

$(BUILD)/t/fuzz/%: t/fuzz/%.c t/fuzz/replay.c $(BUILD)/libgms.a
	@mkdir -p $(@D)
	@echo '  CC  $<'
	@$(CC) $(ALLFLAGS) -I. -MF $(BUILD)/t/fuzz/$*.d -o $@ \
	    $(filter %.c %.o,$^) $(BUILD)/libgms.a -lcmocka $(LDFLAGS) $(LIBS)

fuzz: $(BUILD)/.packages-build+test+fuzz
	@$(MAKE) --no-print-directory fuzzed

fuzzed: $(patsubst %,$(BUILD)/fuzz/%,$(FUZZERS))
	@for f in $(FUZZERS); do \
	    echo "  $$f"; \
	    mkdir -p $(BUILD)/fuzz/corpus/$$f; \
	    $(BUILD)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	        -artifact_prefix=$(BUILD)/fuzz/$$f- -print_final_stats=1 \
	        $$(ls t/fuzz/$$f.dict 2>/dev/null | sed 's/^/-dict=/') \
	        $(BUILD)/fuzz/corpus/$$f t/fuzz/corpus/$$f \
	        >$(BUILD)/fuzz/$$f.log 2>&1; \
	    rc=$$?; grep -E 'number_of|ERROR|not so:' $(BUILD)/fuzz/$$f.log; \
	    [ $$rc = 0 ] || exit 1; \
	done

# Long: every process killed at random while lanes shoot.
KILLS    ?= 200

soak: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory soaked

soaked: all $(BUILD)/t/lib/fake_worker
	@$(TEST_ENV) GMS_KILLS=$(KILLS) prove --timer t/fault/12-kills.t

# Long: cameras that are lost and found as often as once a minute for a week.
RECONNECTS ?= 10080

soak-cameras: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory soaked-cameras

soaked-cameras: $(patsubst %,$(BUILD)/t/unit/%,http_source rtsp_source v4l2)
	@GMS_RECONNECTS=$(RECONNECTS) prove --timer $^

# Long: a hundred reloads, ten thousand clients that come and go, and a million
# events to a hundred, one that never reads beside them.
EVENTS   ?= 1000000

soak-front: $(BUILD)/.packages-build+test
	@$(MAKE) --no-print-directory soaked-front

soaked-front: all $(BUILD)/t/lib/fake_worker $(BUILD)/bench/audience
	@$(TEST_ENV) GMS_RELOADS=100 GMS_CLIENTS=10000 GMS_EVENTS=$(EVENTS) prove --timer \
	    --verbose t/nginx/40-reload.t t/nginx/70-slow.t t/slow/front.t

# The same detections, digit by digit, from the vector code, from plain code
# (the build with sanitizers), and from an arm64 program under emulation.
ARM64    := $(BUILD)/arm64

arm64: $(BUILD)/.packages-build+arm64
	@$(MAKE) --no-print-directory crossed

$(ARM64)/.root: tools/packages tools/arm64-root.sh
	@tools/arm64-root.sh $(ARM64)/root
	@touch $@

crossed: $(BUILD)/gmshoot $(BUILD)/t/lib/record $(ARM64)/.root
	@$(MAKE) --no-print-directory SAN=1 $(BUILD)/san/gmshoot
	@PKG_CONFIG_SYSROOT_DIR=$(abspath $(ARM64))/root \
	    PKG_CONFIG_LIBDIR=$(abspath $(ARM64))/root/usr/lib/aarch64-linux-gnu/pkgconfig $(MAKE) \
	    --no-print-directory BUILD=$(ARM64) \
	    CC='aarch64-linux-gnu-gcc --sysroot=$(abspath $(ARM64))/root' \
	    $(ARM64)/gmshoot
	@$(TEST_ENV) prove --timer t/slow/arm64.t

FORMATTED := $(wildcard av/*.[ch] ipc/*.[ch] worker/*.[ch] worker/*/*.[ch] bench/*.[ch])

format: $(BUILD)/.packages-lint
	clang-format -i $(FORMATTED)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin \
	    $(DESTDIR)$(PREFIX)/share/gmshoot/html \
	    $(DESTDIR)$(PREFIX)/share/gmshoot/docs \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m755 $(BUILD)/gmshoot $(BUILD)/gmshoot-av $(DESTDIR)$(PREFIX)/bin/
	install -m644 conf/targets.conf conf/courses.conf \
	    conf/advice.json $(DESTDIR)$(PREFIX)/share/gmshoot/
	install -m644 html/*.* $(DESTDIR)$(PREFIX)/share/gmshoot/html/
	install -m644 docs/*.* $(DESTDIR)$(PREFIX)/share/gmshoot/docs/
	install -m644 $(MODULE) $(DESTDIR)$(PREFIX)/share/gmshoot/
	install -m644 man/gmshoot.1 $(DESTDIR)$(PREFIX)/share/man/man1/

clean:
	rm -rf $(BUILD)

ifneq ($(wildcard $(BUILD)),)
-include $(shell find $(BUILD) -name root -prune -o -name '*.d' -print)
endif

.SECONDARY:
.PHONY: help all packages run unit test tested test-san sanitized bench benched accuracy \
        empty-lane uncertainty changes calibration bench-fanout fanned bench-live viewed bench-cameras laned \
        lint linted fuzz \
        fuzzed soak soaked soak-front soaked-front soak-cameras soaked-cameras \
        bench-pages paged soak-page soaked-page \
        arm64 crossed format install clean
.DEFAULT_GOAL := all
