# make run · test · bench · lint · format · install.  `make help` lists them.

SHELL    := /bin/bash
BUILD    ?= build
PORT     ?= 8080
CC       ?= gcc
V        ?= 0

DEPS     := libcjson libcurl libturbojpeg sqlite3
PKG      := pkg-config

WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wformat=2 -Wvla
OPT      ?= -O2
STD      := -std=gnu11 -D_GNU_SOURCE -pthread
ifdef CI
WARN     += -Werror
endif
ifdef SAN
OPT      := -O1 -g -fno-omit-frame-pointer
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined
BUILD    := $(BUILD)/san
endif
ifdef TSAN
OPT      := -O1 -g
SANFLAGS := -fsanitize=thread
BUILD    := $(BUILD)/tsan
endif

CFLAGS   ?= -g
ALLFLAGS  = $(STD) $(OPT) $(CFLAGS) $(WARN) $(SANFLAGS) -MMD -MP \
            $(shell $(PKG) --cflags libcjson libcurl sqlite3)
LIBS      = $(shell $(PKG) --libs libcjson libcurl sqlite3) -ljpeg -lm

IPC_SRC    := $(wildcard ipc/*.c)
WORKER_SRC := $(wildcard worker/*.c worker/*/*.c)
UNIT_SRC   := $(wildcard t/unit/*.c)

LIB_OBJ  := $(patsubst %.c,$(BUILD)/obj/%.o,$(IPC_SRC) \
              $(filter-out worker/main.c,$(WORKER_SRC)))
UNIT_BIN := $(patsubst t/unit/%.c,$(BUILD)/t/unit/%,$(UNIT_SRC))

all: $(BUILD)/gmshoot

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/libgms.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/gmshoot: $(BUILD)/obj/worker/main.o $(BUILD)/libgms.a
	$(CC) $(ALLFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS)

$(BUILD)/t/unit/%: t/unit/%.c $(BUILD)/libgms.a
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -I. -MF $(BUILD)/t/unit/$*.d -o $@ $< \
	    $(BUILD)/libgms.a -lcmocka $(LDFLAGS) $(LIBS)

unit: $(UNIT_BIN)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all unit
